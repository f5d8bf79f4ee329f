//! A plan: the files to write, the programs to start, the files to expect. Making one touches
//! nothing; [`crate::run::run`] carries it out.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use super::Error;
use crate::base::digest;
use crate::base::error::FlowError;
use crate::tool::Tool;

/// One program started in the folder of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does, one word; also the name of its log (`NAME.log`).
    pub name: String,
    /// The tool.
    pub tool: Tool,
    /// Its arguments; paths in them are relative to the folder of the run.
    pub args: Vec<String>,
    /// The file that what it prints on stdout goes to, if not to its log.
    pub output: Option<String>,
}

impl Step {
    /// The file that everything the step prints goes to.
    pub fn log(&self) -> String {
        format!("{}.log", self.name)
    }
}

/// Files, steps and products.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    files: BTreeMap<String, Vec<u8>>,
    steps: Vec<Step>,
    products: Vec<String>,
}

impl Plan {
    /// Adds a file to be written before the first step.
    ///
    /// # Errors
    /// [`super::Error::PlanPath`] unless `path` is relative and stays inside the folder.
    pub fn file(&mut self, path: &str, content: impl Into<Vec<u8>>) -> Result<(), FlowError> {
        ensure_inside(path)?;
        self.files.insert(path.to_owned(), content.into());
        Ok(())
    }

    /// Adds a step after the others.
    ///
    /// # Errors
    /// [`super::Error::PlanPath`] when the name cannot be the name of a log.
    pub fn step<S: Into<String>>(
        &mut self,
        name: &str,
        tool: Tool,
        args: impl IntoIterator<Item = S>,
    ) -> Result<(), FlowError> {
        ensure_inside(name)?;
        let args = args.into_iter().map(Into::into).collect();
        self.steps.push(Step { name: name.to_owned(), tool, args, output: None });
        Ok(())
    }

    /// Adds a step whose product is what it prints on stdout.
    ///
    /// # Errors
    /// As [`Plan::step`] and [`Plan::product`].
    pub fn printing_step<S: Into<String>>(
        &mut self,
        name: &str,
        tool: Tool,
        args: impl IntoIterator<Item = S>,
        output: &str,
    ) -> Result<(), FlowError> {
        self.step(name, tool, args)?;
        self.product(output)?;
        if let Some(step) = self.steps.last_mut() {
            step.output = Some(output.to_owned());
        }
        Ok(())
    }

    /// Adds a file that must be there after the last step.
    ///
    /// # Errors
    /// [`super::Error::PlanPath`] unless `path` is relative and stays inside the folder.
    pub fn product(&mut self, path: &str) -> Result<(), FlowError> {
        ensure_inside(path)?;
        self.products.push(path.to_owned());
        Ok(())
    }

    /// The files, by path.
    pub fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    /// The steps, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The products.
    pub fn products(&self) -> &[String] {
        &self.products
    }

    /// The tools that the steps start.
    pub fn tools(&self) -> Vec<Tool> {
        let mut tools: Vec<Tool> = self.steps.iter().map(|step| step.tool).collect();
        tools.sort_unstable();
        tools.dedup();
        tools
    }

    /// The hash of everything in the plan. Equal plans have equal digests on every machine.
    pub fn digest(&self) -> String {
        let mut parts: Vec<&[u8]> = vec![b"files"];
        for (path, content) in &self.files {
            parts.extend([path.as_bytes(), content]);
        }
        for step in &self.steps {
            parts.extend([b"step", step.name.as_bytes(), step.tool.id().as_bytes()]);
            parts.extend(step.args.iter().map(String::as_bytes));
            if let Some(output) = &step.output {
                parts.extend([b"output", output.as_bytes()]);
            }
        }
        parts.push(b"products");
        parts.extend(self.products.iter().map(String::as_bytes));
        digest::of_parts(parts)
    }
}

fn ensure_inside(path: &str) -> Result<(), FlowError> {
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    if path.is_empty() || !Path::new(path).components().all(plain) {
        return Err(Error::PlanPath { path: path.to_owned() }.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        let mut plan = Plan::default();
        for path in ["/etc/passwd", "../up", "a/../../b", ""] {
            assert_eq!(plan.file(path, "").unwrap_err().code(), "flows::plan::path");
            assert_eq!(plan.product(path).unwrap_err().code(), "flows::plan::path");
        }
        plan.file("obj/top.v", "module top; endmodule").unwrap();
    }

    #[test]
    fn digest_sees_every_part() {
        let plan = |content: &str, arg: &str, product: &str| {
            let mut plan = Plan::default();
            plan.file("top.v", content).unwrap();
            plan.step("synth", Tool::YOSYS, [arg]).unwrap();
            plan.product(product).unwrap();
            plan.digest()
        };
        let base = plan("a", "b", "c");
        assert_eq!(base, plan("a", "b", "c"));
        for other in [plan("x", "b", "c"), plan("a", "x", "c"), plan("a", "b", "x")] {
            assert_ne!(base, other);
        }
    }
}
