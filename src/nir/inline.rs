//! A graph without subgraphs: what is in one stands where it stood, its ends pass on what they hear.

use super::NirError;
use super::graph::Graph;
use super::kinds;
use super::part::Part;
use std::collections::{BTreeMap, BTreeSet};

/// Nodes by their places, and which hears which.
#[derive(Debug, Default)]
pub(super) struct Inlined {
    /// Names; a node of a subgraph has that of the subgraph before its own, with a stroke.
    pub(super) names: Vec<String>,
    /// What each does.
    pub(super) parts: Vec<Part>,
    /// From which node to which.
    pub(super) edges: Vec<[usize; 2]>,
}

/// Where a name is heard and where it hears: of a subgraph its output and its input.
type Ends = BTreeMap<String, [Option<usize>; 2]>;

impl Inlined {
    /// The nodes of a graph and of all graphs in it.
    ///
    /// # Errors
    /// A node of an unknown type or with wrong fields; an edge that names no node, or stands twice.
    pub(super) fn of(graph: &Graph) -> Result<Self, NirError> {
        let mut all = Self::default();
        all.add(graph, "")?;
        Ok(all)
    }

    /// Adds a graph; `within` is the name of the subgraph with a stroke. Returns its input and its output.
    fn add(&mut self, graph: &Graph, within: &str) -> Result<[Option<usize>; 2], NirError> {
        let mut ends = Ends::new();
        let mut own = [None; 2];
        for (name, node) in &graph.nodes {
            let full = format!("{within}{name}");
            if let Some(inner) = &node.inner {
                ends.insert(name.clone(), self.add(inner, &format!("{full}/"))?);
                continue;
            }
            let part = kinds::part(&full, node)?;
            let end = match part {
                Part::Input(_) => Some(0),
                Part::Output(_) => Some(1),
                _ => None,
            };
            let place = self.names.len();
            if let Some(end) = end.filter(|_| !within.is_empty()) {
                if own[end].is_some() {
                    return Err(several(&full, node.kind.as_str()));
                }
                own[end] = Some(place);
            }
            self.names.push(full);
            self.parts.push(if within.is_empty() || end.is_none() { part } else { Part::Pass });
            ends.insert(name.clone(), [Some(place); 2]);
        }
        self.connect(graph, within, &ends)?;
        Ok(own)
    }

    fn connect(&mut self, graph: &Graph, within: &str, ends: &Ends) -> Result<(), NirError> {
        let mut seen = BTreeSet::new();
        for [from, to] in &graph.edges {
            let wrong = |what: String| NirError::Edge {
                from: from.clone(),
                to: to.clone(),
                within: match within.strip_suffix('/') {
                    Some(name) => format!(" of subgraph `{name}`"),
                    None => String::new(),
                },
                what,
            };
            let missing = |name: &str| wrong(format!("names `{name}`, and there is no such node"));
            let place = |name: &str, end: usize| match ends.get(name) {
                None => Err(missing(name)),
                Some(ends) => ends[end].ok_or_else(|| {
                    let what = ["Input", "Output"][end];
                    wrong(format!("names the subgraph `{name}`, which has no {what}"))
                }),
            };
            let edge = [place(from, 1)?, place(to, 0)?];
            if !seen.insert(edge) {
                return Err(wrong("stands twice".into()));
            }
            self.edges.push(edge);
        }
        Ok(())
    }
}

/// More than one end of a kind.
pub(super) fn several(node: &str, kind: &str) -> NirError {
    NirError::unsupported(
        node,
        format!("it is a second {kind}"),
        format!("give each graph one {kind}: a network has one image in, and one class out"),
    )
}
