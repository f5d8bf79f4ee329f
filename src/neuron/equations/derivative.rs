//! The slope of an expression in one of its names.

use super::expression::{Form, Number};

/// `d number / d name`, for numbers that are linear in that name; nothing for others. A name of `definitions`
/// stands for its expression.
pub(super) fn slope(
    number: &Number,
    name: usize,
    definitions: &[(usize, Number)],
) -> Option<Number> {
    let of = |part: &Number| slope(part, name, definitions);
    let free = |part: &Number| !has(part, name, definitions);
    let form = match &number.form {
        _ if free(number) => Form::Constant(0.0),
        Form::Named(place) if *place == name => Form::Constant(1.0),
        Form::Named(place) => {
            let (_, definition) = definitions.iter().find(|(own, _)| own == place)?;
            of(definition)?.form
        }
        Form::Negative(a) => negative(of(a)?),
        Form::Sum(a, b) => sum(of(a)?, of(b)?),
        Form::Difference(a, b) => difference(of(a)?, of(b)?),
        Form::Product(a, b) if free(a) => product(a, of(b)?),
        Form::Product(a, b) if free(b) => product(b, of(a)?),
        Form::Quotient(a, b) if free(b) => Form::Quotient(Box::new(of(a)?), b.clone()),
        Form::Power(a, 1) => of(a)?.form,
        Form::Choice(condition, a, b) if !condition.has(name, definitions) => {
            Form::Choice(condition.clone(), Box::new(of(a)?), Box::new(of(b)?))
        }
        _ => return None,
    };
    Some(Number { form, span: number.span.clone() })
}

/// Whether a name is in an expression, or in what it stands for.
fn has(number: &Number, name: usize, definitions: &[(usize, Number)]) -> bool {
    let mut names = Vec::new();
    number.names(&mut names);
    within(&names, name, definitions)
}

impl super::expression::Truth {
    fn has(&self, name: usize, definitions: &[(usize, Number)]) -> bool {
        let mut names = Vec::new();
        self.names(&mut names);
        within(&names, name, definitions)
    }
}

fn within(names: &[usize], name: usize, definitions: &[(usize, Number)]) -> bool {
    names.iter().any(|place| {
        let definition = definitions.iter().find(|(own, _)| own == place);
        *place == name || definition.is_some_and(|(_, number)| has(number, name, definitions))
    })
}

fn is(number: &Number, value: f64) -> bool {
    number.form == Form::Constant(value)
}

fn negative(a: Number) -> Form {
    match a.form {
        Form::Constant(value) => Form::Constant(-value),
        _ => Form::Negative(Box::new(a)),
    }
}

fn sum(a: Number, b: Number) -> Form {
    match (&a.form, &b.form) {
        (Form::Constant(x), Form::Constant(y)) => Form::Constant(x + y),
        _ if is(&a, 0.0) => b.form,
        _ if is(&b, 0.0) => a.form,
        _ => Form::Sum(Box::new(a), Box::new(b)),
    }
}

fn difference(a: Number, b: Number) -> Form {
    match (&a.form, &b.form) {
        (Form::Constant(x), Form::Constant(y)) => Form::Constant(x - y),
        _ if is(&a, 0.0) => negative(b),
        _ if is(&b, 0.0) => a.form,
        _ => Form::Difference(Box::new(a), Box::new(b)),
    }
}

fn product(factor: &Number, slope: Number) -> Form {
    if is(&slope, 1.0) {
        factor.form.clone()
    } else {
        Form::Product(Box::new(factor.clone()), Box::new(slope))
    }
}
