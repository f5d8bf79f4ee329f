//! Claims, and what the solver says of them.

use std::fmt::Write as _;
use std::path::Path;
use std::thread;

use super::error::Error;
use super::lists::{commands, items};
use crate::base::error::FlowError;
use crate::base::files;
use crate::base::parallel;
use crate::run::plan::Plan;
use crate::run::{self, Options};
use crate::tool::{Tool, Tools};

/// What a claim is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logic {
    /// Words of bits.
    Words,
    /// Words of bits, and memories of them.
    Memories,
    /// Integers without an end.
    Integers,
}

impl Logic {
    /// How Z3 goes about it.
    fn tactic(self) -> &'static str {
        match self {
            Self::Words => "qfbv",
            Self::Memories => "qfaufbv",
            Self::Integers => "qfnia",
        }
    }
}

/// What is said to hold for all values of the constants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What is declared and taken for granted, as commands.
    pub given: String,
    /// What then holds, a term.
    pub holds: String,
    /// What both are written in.
    pub logic: Logic,
}

/// What the solver says of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// No values break it.
    Proved,
    /// Some do.
    Broken,
    /// It gave up, or ran out of time.
    Unknown,
}

/// Where and for how long the solver is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The tools, with [`super::TOOLS`] among them.
    pub tools: &'a Tools,
    /// Where scripts and answers lie.
    pub folder: &'a Path,
    /// Seconds for one claim.
    pub limit: u32,
}

/// What the solver prints for a file.
const ANSWERS: &str = "answers.txt";

/// Milliseconds to find values that meet what a claim takes for granted.
const MEETING: u32 = 2000;

/// Asks whether claims hold, all of them with the same commands before them. Returns the answers in the order of the
/// claims.
///
/// # Errors
/// Whatever [`run::run`] reports; [`Error::Answer`]; [`Error::Empty`] for a claim that takes for granted what cannot be.
pub fn decide(
    before: &str,
    claims: &[Claim],
    name: &str,
    question: Question<'_>,
) -> Result<Vec<Answer>, FlowError> {
    if claims.is_empty() {
        return Ok(Vec::new());
    }
    // Neighbours are alike, so dealing them out makes the shares take alike.
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let shares = threads.min(claims.len());
    let share = |i: usize| claims.iter().skip(i).step_by(shares);
    let scripts: Vec<(String, String)> = (0..shares)
        .map(|i| (format!("{name}-{i}"), script(before, share(i), question.limit)))
        .collect();
    let asked = |(name, script): &(String, String)| ask(name, script, question);
    let answers = parallel::each(&scripts, shares, asked);
    let answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut all = Vec::with_capacity(claims.len());
    for i in 0..claims.len() {
        let mut words = answers[i % shares].lines().skip(2 * (i / shares));
        let (met, broken) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        all.push(match (met, broken) {
            // Of nothing, all holds.
            ("unsat", _) => return Err(Error::Empty { given: claims[i].given.clone() }.into()),
            ("sat" | "unknown", "unsat") => Answer::Proved,
            ("sat" | "unknown", "sat") => Answer::Broken,
            ("sat" | "unknown", "unknown") => Answer::Unknown,
            (other, _) => return Err(Error::Answer { answer: other.to_owned() }.into()),
        });
    }
    Ok(all)
}

fn script<'a>(before: &str, claims: impl Iterator<Item = &'a Claim>, limit: u32) -> String {
    let mut script = before.to_owned();
    for Claim { given, holds, logic } in claims {
        let (tactic, limit) = (logic.tactic(), 1000 * limit);
        let _ = write!(
            script,
            "(push 1)\n{given}(check-sat-using (try-for {tactic} {MEETING}))\n\
             (assert (not {holds}))\n(check-sat-using (try-for {tactic} {limit}))\n(pop 1)\n"
        );
    }
    script
}

/// Values of terms that break a claim, as numbers without a sign.
///
/// # Errors
/// Whatever [`run::run`] reports, as it does where nothing breaks it; [`Error::Answer`].
pub fn values(
    before: &str,
    claim: &Claim,
    terms: &[String],
    name: &str,
    question: Question<'_>,
) -> Result<Vec<u128>, FlowError> {
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let Claim { given, holds, logic } = claim;
    let (tactic, limit, wanted) = (logic.tactic(), 1000 * question.limit, terms.join(" "));
    let script = format!(
        "{before}{given}(assert (not {holds}))\n(check-sat-using (try-for {tactic} {limit}))\n\
         (get-value ({wanted}))\n"
    );
    let printed = ask(name, &script, question)?;
    let wrong = || Error::Answer { answer: printed.lines().next().unwrap_or_default().to_owned() };
    let pairs = commands(printed.strip_prefix("sat\n").ok_or_else(wrong)?).join(" ");
    let values: Option<Vec<u128>> =
        items(&pairs).into_iter().map(|pair| number(items(pair).last()?)).collect();
    Ok(values.filter(|values| values.len() == terms.len()).ok_or_else(wrong)?)
}

/// A value as the solver prints it.
fn number(value: &str) -> Option<u128> {
    match value {
        "true" => Some(1),
        "false" => Some(0),
        _ => match value.split_at_checked(2)? {
            ("#x", digits) => u128::from_str_radix(digits, 16).ok(),
            ("#b", digits) => u128::from_str_radix(digits, 2).ok(),
            _ => None,
        },
    }
}

/// Runs the solver on a script, and returns what it prints.
fn ask(name: &str, script: &str, question: Question<'_>) -> Result<String, FlowError> {
    let mut plan = Plan::default();
    plan.file("claims.smt2", script)?;
    plan.printing_step("solve", Tool::Z3, ["-smt2", "claims.smt2"], ANSWERS)?;
    let folder = question.folder.join(name);
    run::run(&plan, question.tools, &folder, &Options { quiet: true, ..Options::default() })?;
    files::read_text(&folder.join(ANSWERS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_the_solver_prints_them() {
        let texts = ["#x0f", "#b101", "true", "false"];
        assert_eq!(texts.map(number), [15, 5, 1, 0].map(Some));
        assert_eq!(["", "x", "(- 3)", "#o7"].map(number), [None; 4]);
    }

    /// Of two words of three bits: a sum does not know their order, and a difference does.
    #[test]
    fn what_holds_is_proved_and_what_does_not_is_broken_by_values() {
        let folder = tempfile::tempdir().unwrap();
        let tools = &Tools::locate(&super::super::TOOLS).unwrap();
        let question = Question { tools, folder: folder.path(), limit: 10 };
        let before = "(declare-const a (_ BitVec 3))\n(declare-const b (_ BitVec 3))\n";
        let claim = |given: &str, operation: &str, logic| {
            let holds = format!("(= ({operation} a b) ({operation} b a))");
            Claim { given: given.to_owned(), holds, logic }
        };
        let claims = [
            claim("", "bvadd", Logic::Words),
            claim("", "bvsub", Logic::Words),
            claim("(assert (= a b))\n", "bvsub", Logic::Words),
            Claim {
                given: "(declare-const x Int)\n(assert (<= (- 3) x 4))\n".to_owned(),
                holds: "(<= 0 (* x x) 16)".to_owned(),
                logic: Logic::Integers,
            },
        ];
        let answers = decide(before, &claims, "claims", question).unwrap();
        assert_eq!(answers, [Answer::Proved, Answer::Broken, Answer::Proved, Answer::Proved]);

        let given = "(assert (bvult a b))\n(assert (bvult b a))\n";
        let empty = claim(given, "bvsub", Logic::Words);
        let error = decide(before, &[empty], "empty", question).unwrap_err();
        assert_eq!(error.code(), "flows::formal::empty");

        let terms = ["a", "b", "(= a b)"].map(str::to_owned);
        let values = super::values(before, &claims[1], &terms, "values", question).unwrap();
        let [a, b, equal] = values[..] else { panic!("{values:?}") };
        assert!(a != b && equal == 0 && a < 8 && b < 8);
    }
}
