//! From text to expressions.
//!
//! ```text
//! choice     = either [ "?" choice ":" choice ]
//! either     = both { ("or" | "||") both }
//! both       = negation { ("and" | "&&") negation }
//! negation   = "not" negation | comparison
//! comparison = sum [ ("<" | "<=" | ">" | ">=" | "==" | "!=") sum ]
//! sum        = product { ("+" | "-") product }
//! product    = sign { ("*" | "/") sign }
//! sign       = ("-" | "+") sign | power
//! power      = atom [ ("^" | "**") sign ]
//! atom       = number | name | name "(" choice { "," choice } ")" | "(" choice ")"
//! ```

use super::error::{Error, Fault, Span};
use super::expression::{Form, Number, Truth};
use super::functions::{FUNCTIONS, Function};
use super::lexer::{Token, tokens};
use crate::nearest::nearest;

/// The greatest exponent.
const MOST: f64 = 16.0;

/// The longest text, and the most brackets and signs within each other: what follows a tree goes down as deep.
const LONGEST: usize = 4096;
const DEEPEST: usize = 64;

/// The number that a text says; `names` are those that it may use.
///
/// # Errors
/// Any [`Fault`] of syntax, names and functions.
pub fn number(text: &str, names: &[&str]) -> Result<Number, Error> {
    Parser::of(text, names)?.whole(Parser::number)
}

/// The truth that a text says.
///
/// # Errors
/// As [`number`].
pub fn truth(text: &str, names: &[&str]) -> Result<Truth, Error> {
    Parser::of(text, names)?.whole(Parser::truth)
}

/// Either kind of expression, before it is known which is wanted.
enum Either {
    Number(Number),
    Truth(Truth, Span),
}

struct Parser<'a> {
    tokens: Vec<(Token<'a>, Span)>,
    at: usize,
    depth: usize,
    names: &'a [&'a str],
}

impl<'a> Parser<'a> {
    fn of(text: &'a str, names: &'a [&'a str]) -> Result<Self, Error> {
        if text.len() > LONGEST {
            let (expected, found) = (format!("at most {LONGEST} bytes"), text.len().to_string());
            return Err(Fault::Syntax { expected, found }.at(&(LONGEST..text.len())));
        }
        Ok(Self { tokens: tokens(text)?, at: 0, depth: 0, names })
    }

    /// What `part` reads one level deeper.
    fn within<T>(&mut self, part: fn(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth == DEEPEST {
            return Err(self.expected(&format!("an expression of at most {DEEPEST} levels")));
        }
        self.depth += 1;
        let read = part(self);
        self.depth -= 1;
        read
    }

    /// What `part` reads, if nothing follows.
    fn whole<T>(mut self, part: fn(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let read = part(&mut self)?;
        if self.next() == Token::End {
            Ok(read)
        } else {
            Err(self.expected("an operator or the end"))
        }
    }

    fn next(&self) -> Token<'a> {
        self.tokens[self.at].0
    }

    fn span(&self) -> Span {
        self.tokens[self.at].1.clone()
    }

    /// Where the last word that was taken ends.
    fn end(&self) -> usize {
        self.tokens[self.at.saturating_sub(1)].1.end
    }

    fn expected(&self, what: &str) -> Error {
        let fault = Fault::Syntax { expected: what.to_owned(), found: self.next().told() };
        fault.at(&self.span())
    }

    /// Takes the next word if it is one of these.
    fn take(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let is = |word: &&&'static str| match self.next() {
            Token::Name(name) => name == **word,
            Token::Sign(sign) => sign == **word,
            Token::Number(_) | Token::End => false,
        };
        let found = words.iter().find(is).copied();
        self.at += usize::from(found.is_some());
        found
    }

    fn demand(&mut self, sign: &'static str) -> Result<(), Error> {
        match self.take(&[sign]) {
            Some(_) => Ok(()),
            None => Err(self.expected(&format!("`{sign}`"))),
        }
    }

    fn number(&mut self) -> Result<Number, Error> {
        let read = self.choice()?;
        as_number(read)
    }

    fn truth(&mut self) -> Result<Truth, Error> {
        let read = self.choice()?;
        as_truth(read)
    }

    fn choice(&mut self) -> Result<Either, Error> {
        let start = self.span().start;
        let first = self.either()?;
        if self.take(&["?"]).is_none() {
            return Ok(first);
        }
        let condition = Box::new(as_truth(first)?);
        let a = Box::new(self.within(Self::number)?);
        self.demand(":")?;
        let b = Box::new(self.within(Self::number)?);
        Ok(self.made(start, Form::Choice(condition, a, b)))
    }

    fn made(&self, start: usize, form: Form) -> Either {
        Either::Number(Number { form, span: start..self.end() })
    }

    /// `a or b` is not (not a and not b).
    fn either(&mut self) -> Result<Either, Error> {
        let start = self.span().start;
        let mut read = self.both()?;
        while self.take(&["or", "||"]).is_some() {
            let (a, b) = (as_truth(read)?, self.both().and_then(as_truth)?);
            let neither = Truth::Both(Box::new(not(a)), Box::new(not(b)));
            read = Either::Truth(not(neither), start..self.end());
        }
        Ok(read)
    }

    fn both(&mut self) -> Result<Either, Error> {
        let start = self.span().start;
        let mut read = self.negation()?;
        while self.take(&["and", "&&"]).is_some() {
            let (a, b) = (as_truth(read)?, self.negation().and_then(as_truth)?);
            read = Either::Truth(Truth::Both(Box::new(a), Box::new(b)), start..self.end());
        }
        Ok(read)
    }

    fn negation(&mut self) -> Result<Either, Error> {
        let start = self.span().start;
        if self.take(&["not"]).is_none() {
            return self.comparison();
        }
        let negated = self.within(Self::negation).and_then(as_truth)?;
        Ok(Either::Truth(not(negated), start..self.end()))
    }

    /// Every comparison is one of `a > b`, `b > a` and what they are not.
    fn comparison(&mut self) -> Result<Either, Error> {
        let start = self.span().start;
        let first = self.sum()?;
        let Some(sign) = self.take(&["<=", ">=", "==", "!=", "<", ">"]) else { return Ok(first) };
        let (a, b) = (as_number(first)?, self.sum().and_then(as_number)?);
        let above = |a: &Number, b: &Number| Truth::Above(Box::new(a.clone()), Box::new(b.clone()));
        let same = |a, b| Truth::Both(Box::new(not(above(a, b))), Box::new(not(above(b, a))));
        let truth = match sign {
            ">" => above(&a, &b),
            "<" => above(&b, &a),
            "<=" => not(above(&a, &b)),
            ">=" => not(above(&b, &a)),
            "==" => same(&a, &b),
            _ => not(same(&a, &b)),
        };
        Ok(Either::Truth(truth, start..self.end()))
    }

    fn sum(&mut self) -> Result<Either, Error> {
        let start = self.span().start;
        let mut read = self.product()?;
        while let Some(sign) = self.take(&["+", "-"]) {
            let a = Box::new(as_number(read)?);
            let b = Box::new(self.product().and_then(as_number)?);
            let form = if sign == "+" { Form::Sum(a, b) } else { Form::Difference(a, b) };
            read = self.made(start, form);
        }
        Ok(read)
    }

    fn product(&mut self) -> Result<Either, Error> {
        let start = self.span().start;
        let mut read = self.sign()?;
        while let Some(sign) = self.take(&["*", "/"]) {
            let a = Box::new(as_number(read)?);
            let b = Box::new(self.sign().and_then(as_number)?);
            let form = if sign == "*" { Form::Product(a, b) } else { Form::Quotient(a, b) };
            read = self.made(start, form);
        }
        Ok(read)
    }

    fn sign(&mut self) -> Result<Either, Error> {
        let start = self.span().start;
        match self.take(&["-", "+"]) {
            None => self.power(),
            Some(sign) => {
                let of = self.within(Self::sign).and_then(as_number)?;
                Ok(match (sign, of.form) {
                    ("+", form) => Either::Number(Number { form, ..of }),
                    (_, Form::Constant(value)) => self.made(start, Form::Constant(-value)),
                    (_, form) => {
                        let of = Box::new(Number { form, span: of.span });
                        self.made(start, Form::Negative(of))
                    }
                })
            }
        }
    }

    fn power(&mut self) -> Result<Either, Error> {
        let start = self.span().start;
        let base = self.atom()?;
        if self.take(&["^", "**"]).is_none() {
            return Ok(base);
        }
        let base = Box::new(as_number(base)?);
        let exponent = self.within(Self::sign).and_then(as_number)?;
        let whole = match exponent.form {
            Form::Constant(value) if value.fract() == 0.0 && value.abs() <= MOST => value as i32,
            _ => return Err(Fault::Exponent.at(&exponent.span)),
        };
        let power = Form::Power(base, whole.unsigned_abs());
        if whole >= 0 {
            return Ok(self.made(start, power));
        }
        let span = start..self.end();
        let [one, power] =
            [Form::Constant(1.0), power].map(|form| Number { form, span: span.clone() });
        Ok(self.made(start, Form::Quotient(Box::new(one), Box::new(power))))
    }

    fn atom(&mut self) -> Result<Either, Error> {
        let (token, span) = self.tokens[self.at].clone();
        match token {
            Token::Number(value) => {
                self.at += 1;
                Ok(self.made(span.start, Form::Constant(value)))
            }
            Token::Name("and" | "or" | "not") | Token::End => {
                Err(self.expected("a number or a name"))
            }
            Token::Name(name) => {
                self.at += 1;
                if self.take(&["("]).is_some() {
                    self.call(name, span)
                } else {
                    self.named(name, span)
                }
            }
            Token::Sign("(") => {
                self.at += 1;
                let inside = self.within(Self::choice)?;
                self.demand(")")?;
                Ok(match inside {
                    Either::Number(Number { form, .. }) => self.made(span.start, form),
                    Either::Truth(truth, _) => Either::Truth(truth, span.start..self.end()),
                })
            }
            Token::Sign(_) => Err(self.expected("a number or a name")),
        }
    }

    fn named(&self, name: &str, span: Span) -> Result<Either, Error> {
        match self.names.iter().position(|known| *known == name) {
            Some(place) => Ok(Either::Number(Number { form: Form::Named(place), span })),
            None => {
                let nearest = nearest(name, self.names.iter().copied()).map(str::to_owned);
                Err(Fault::Unknown { name: name.to_owned(), nearest }.at(&span))
            }
        }
    }

    fn call(&mut self, name: &str, span: Span) -> Result<Either, Error> {
        let Some(function) = Function::named(name) else {
            let nearest = nearest(name, FUNCTIONS.iter().map(|function| function.name));
            let nearest = nearest.map(str::to_owned);
            return Err(Fault::Function { name: name.to_owned(), nearest }.at(&span));
        };
        let mut args = vec![self.within(Self::number)?];
        while self.take(&[","]).is_some() {
            args.push(self.within(Self::number)?);
        }
        self.demand(")")?;
        if args.len() != function.arity {
            let (takes, given) = (function.arity, args.len());
            return Err(Fault::Arity { name: function.name, takes, given }.at(&span));
        }
        Ok(self.made(span.start, Form::Call(function, args)))
    }
}

fn not(truth: Truth) -> Truth {
    match truth {
        Truth::Not(inside) => *inside,
        other => Truth::Not(Box::new(other)),
    }
}

fn as_number(read: Either) -> Result<Number, Error> {
    match read {
        Either::Number(number) => Ok(number),
        Either::Truth(_, span) => Err(mixed("a number", "a comparison", &span)),
    }
}

fn as_truth(read: Either) -> Result<Truth, Error> {
    match read {
        Either::Truth(truth, _) => Ok(truth),
        Either::Number(number) => Err(mixed("a comparison", "a number", &number.span)),
    }
}

fn mixed(expected: &str, found: &str, span: &Span) -> Error {
    Fault::Syntax { expected: expected.to_owned(), found: found.to_owned() }.at(span)
}
