//! The functions that equations may call, a line for each.

/// What a function does.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// The lesser of two numbers.
    Least,
    /// The greater of two numbers.
    Greatest,
    /// A number without its sign.
    Magnitude,
    /// The first number, within the second and the third.
    Clip,
    /// A smooth function of one number.
    Smooth(&'static Smooth),
}

/// A smooth function of one number.
#[derive(Debug)]
pub struct Smooth {
    /// Its values.
    pub value: fn(f64) -> f64,
    /// The steepest that it is from one number to another.
    pub steepest: fn(f64, f64) -> f64,
    /// Where it is defined.
    pub domain: Domain,
}

/// Where a smooth function is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// Everywhere.
    All,
    /// At 0 and above.
    NotNegative,
    /// Above 0.
    Positive,
    /// Everywhere but at 0.
    NotZero,
}

impl Domain {
    /// Whether all numbers from `low` to `high` are among them.
    pub fn holds(self, low: f64, high: f64) -> bool {
        match self {
            Self::All => true,
            Self::NotNegative => low >= 0.0,
            Self::Positive => low > 0.0,
            Self::NotZero => low > 0.0 || high < 0.0,
        }
    }

    /// What they are, for messages.
    pub fn told(self) -> &'static str {
        match self {
            Self::All => "any number",
            Self::NotNegative => "numbers from 0",
            Self::Positive => "numbers above 0",
            Self::NotZero => "numbers other than 0",
        }
    }
}

/// A function by its name.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// What equations call it.
    pub name: &'static str,
    /// How many numbers it takes.
    pub arity: usize,
    /// What it does with them.
    pub kind: Kind,
}

const fn smooth(name: &'static str, smooth: &'static Smooth) -> Function {
    Function { name, arity: 1, kind: Kind::Smooth(smooth) }
}

/// All functions.
pub static FUNCTIONS: [Function; 11] = [
    Function { name: "min", arity: 2, kind: Kind::Least },
    Function { name: "max", arity: 2, kind: Kind::Greatest },
    Function { name: "abs", arity: 1, kind: Kind::Magnitude },
    Function { name: "clip", arity: 3, kind: Kind::Clip },
    smooth("exp", &Smooth { value: f64::exp, steepest: |_, high| high.exp(), domain: Domain::All }),
    smooth(
        "log",
        &Smooth { value: f64::ln, steepest: |low, _| 1.0 / low, domain: Domain::Positive },
    ),
    smooth("sqrt", &SQRT),
    smooth("tanh", &Smooth { value: f64::tanh, steepest: |_, _| 1.0, domain: Domain::All }),
    smooth("sigmoid", &SIGMOID),
    smooth("sin", &Smooth { value: f64::sin, steepest: |_, _| 1.0, domain: Domain::All }),
    smooth("cos", &Smooth { value: f64::cos, steepest: |_, _| 1.0, domain: Domain::All }),
];

static SQRT: Smooth =
    Smooth { value: f64::sqrt, steepest: |low, _| 0.5 / low.sqrt(), domain: Domain::NotNegative };

static SIGMOID: Smooth =
    Smooth { value: |x| 1.0 / (1.0 + (-x).exp()), steepest: |_, _| 0.25, domain: Domain::All };

/// `(e^x - 1) / x`, 1 at 0, which rises and is convex: for steps of time, not for equations.
pub(super) static PHI: Function = smooth("phi", &PHI_ITSELF);

static PHI_ITSELF: Smooth =
    Smooth { value: phi, steepest: |_, high| phi_slope(high), domain: Domain::All };

/// `1 / x`: what a division multiplies by.
pub(super) static RECIPROCAL: Function = smooth("1 /", &RECIPROCAL_ITSELF);

static RECIPROCAL_ITSELF: Smooth = Smooth {
    value: f64::recip,
    steepest: |low, high| low.abs().min(high.abs()).powi(-2),
    domain: Domain::NotZero,
};

fn phi(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.exp_m1() / x }
}

/// `((x - 1) e^x + 1) / x^2`, whose limit at 0 is 1/2; there the quotient has no digits left.
fn phi_slope(x: f64) -> f64 {
    if x.abs() < 1e-3 { 0.5 + x } else { ((x - 1.0) * x.exp() + 1.0) / (x * x) }
}

impl Function {
    /// The function of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FUNCTIONS.iter().find(|function| function.name == name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
