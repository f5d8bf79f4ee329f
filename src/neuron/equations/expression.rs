//! Expressions as trees, numbers and truths apart, and their values over any domain.

use super::domain::Domain;
use super::error::{Error, Span};
use super::functions::{Function, Kind};

/// An expression whose value is a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// What it is.
    pub form: Form,
    /// Where it stands.
    pub span: Span,
}

/// What a number can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// A constant.
    Constant(f64),
    /// What has a name, by its place among the names.
    Named(usize),
    /// `-a`.
    Negative(Box<Number>),
    /// `a + b`.
    Sum(Box<Number>, Box<Number>),
    /// `a - b`.
    Difference(Box<Number>, Box<Number>),
    /// `a * b`.
    Product(Box<Number>, Box<Number>),
    /// `a / b`.
    Quotient(Box<Number>, Box<Number>),
    /// `a ^ n`, n whole and not negative.
    Power(Box<Number>, u32),
    /// A function of numbers.
    Call(&'static Function, Vec<Number>),
    /// `c ? a : b`.
    Choice(Box<Truth>, Box<Number>, Box<Number>),
}

/// An expression whose value is a truth.
#[derive(Clone, Debug, PartialEq)]
pub enum Truth {
    /// `a > b`.
    Above(Box<Number>, Box<Number>),
    /// `not a`.
    Not(Box<Truth>),
    /// `a and b`.
    Both(Box<Truth>, Box<Truth>),
}

impl Number {
    /// Its value, given those of the names in their order.
    ///
    /// # Errors
    /// What the domain refuses.
    pub fn value<D: Domain>(&self, on: &mut D, names: &[D::Value]) -> Result<D::Value, Error> {
        let mut of = |number: &Self| number.value(on, names);
        match &self.form {
            Form::Constant(value) => Ok(on.constant(*value)),
            Form::Named(place) => Ok(names[*place].clone()),
            Form::Negative(a) => {
                let a = of(a)?;
                let zero = on.constant(0.0);
                Ok(on.subtract(&zero, &a))
            }
            Form::Sum(a, b) => {
                let (a, b) = (of(a)?, of(b)?);
                Ok(on.add(&a, &b))
            }
            Form::Difference(a, b) => {
                let (a, b) = (of(a)?, of(b)?);
                Ok(on.subtract(&a, &b))
            }
            Form::Product(a, b) => {
                let (a, b) = (of(a)?, of(b)?);
                Ok(on.multiply(&a, &b))
            }
            Form::Quotient(a, b) => {
                let (a, b) = (of(a)?, of(b)?);
                on.divide(&a, &b, &self.span)
            }
            Form::Power(a, exponent) => {
                let a = of(a)?;
                Ok(power(on, &a, *exponent))
            }
            Form::Call(function, args) => {
                let args = args.iter().map(of).collect::<Result<Vec<_>, _>>()?;
                call(on, function, &args, &self.span)
            }
            Form::Choice(condition, a, b) => {
                let (a, b) = (of(a)?, of(b)?);
                let condition = condition.value(on, names)?;
                Ok(on.select(&condition, &a, &b))
            }
        }
    }

    /// The names that it has, by their places.
    pub fn names(&self, into: &mut Vec<usize>) {
        match &self.form {
            Form::Constant(_) => {}
            Form::Named(place) => into.push(*place),
            Form::Negative(a) | Form::Power(a, _) => a.names(into),
            Form::Sum(a, b)
            | Form::Difference(a, b)
            | Form::Product(a, b)
            | Form::Quotient(a, b) => [a, b].into_iter().for_each(|part| part.names(into)),
            Form::Call(_, args) => args.iter().for_each(|arg| arg.names(into)),
            Form::Choice(condition, a, b) => {
                condition.names(into);
                [a, b].into_iter().for_each(|part| part.names(into));
            }
        }
    }
}

impl Truth {
    /// Its value, given those of the names in their order.
    ///
    /// # Errors
    /// What the domain refuses.
    pub fn value<D: Domain>(&self, on: &mut D, names: &[D::Value]) -> Result<D::Truth, Error> {
        match self {
            Self::Above(a, b) => {
                let (a, b) = (a.value(on, names)?, b.value(on, names)?);
                Ok(on.above(&a, &b))
            }
            Self::Not(a) => {
                let a = a.value(on, names)?;
                Ok(on.not(&a))
            }
            Self::Both(a, b) => {
                let (a, b) = (a.value(on, names)?, b.value(on, names)?);
                Ok(on.both(&a, &b))
            }
        }
    }

    /// How far it is from turning over: above 0 where it is true, below where it is not, and 0 at most at the
    /// comparison that decides.
    ///
    /// # Errors
    /// What the domain refuses.
    pub fn margin<D: Domain>(&self, on: &mut D, names: &[D::Value]) -> Result<D::Value, Error> {
        match self {
            Self::Above(a, b) => {
                let (a, b) = (a.value(on, names)?, b.value(on, names)?);
                Ok(on.subtract(&a, &b))
            }
            Self::Not(a) => {
                let (zero, a) = (on.constant(0.0), a.margin(on, names)?);
                Ok(on.subtract(&zero, &a))
            }
            Self::Both(a, b) => {
                let (a, b) = (a.margin(on, names)?, b.margin(on, names)?);
                Ok(on.least(&a, &b))
            }
        }
    }

    /// The names that it has, by their places.
    pub fn names(&self, into: &mut Vec<usize>) {
        match self {
            Self::Above(a, b) => [a, b].into_iter().for_each(|part| part.names(into)),
            Self::Not(a) => a.names(into),
            Self::Both(a, b) => [a, b].into_iter().for_each(|part| part.names(into)),
        }
    }
}

/// By squaring, so that `x^4` takes two multiplications.
fn power<D: Domain>(on: &mut D, base: &D::Value, exponent: u32) -> D::Value {
    match exponent {
        0 => on.constant(1.0),
        1 => base.clone(),
        _ => {
            let half = power(on, base, exponent / 2);
            let square = on.multiply(&half, &half);
            if exponent.is_multiple_of(2) { square } else { on.multiply(&square, base) }
        }
    }
}

fn call<D: Domain>(
    on: &mut D,
    function: &'static Function,
    args: &[D::Value],
    span: &Span,
) -> Result<D::Value, Error> {
    match (function.kind, args) {
        (Kind::Least, [a, b]) => Ok(on.least(a, b)),
        (Kind::Greatest, [a, b]) => Ok(on.greatest(a, b)),
        (Kind::Magnitude, [a]) => Ok(on.magnitude(a)),
        (Kind::Clip, [a, low, high]) => {
            let raised = on.greatest(a, low);
            Ok(on.least(&raised, high))
        }
        (Kind::Smooth(..), [a]) => on.smooth(function, a, span),
        _ => unreachable!("the parser counts what a function takes"),
    }
}
