//! A graph of named nodes with their fields, as a file has it, and back.

use super::NirError;
use super::tree::{Tree, Value};
use crate::Error;
use std::collections::BTreeMap;
use std::path::Path;

/// The type of a node that is a graph.
pub(super) const SUBGRAPH: &str = "NIRGraph";

/// A node: its type and its fields.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Its type, as `LIF`.
    pub kind: String,
    /// Its fields by their names.
    pub fields: BTreeMap<String, Value>,
    /// What else the file says of it.
    pub metadata: Tree,
    /// Of a subgraph, what is in it.
    pub inner: Option<Graph>,
}

/// Nodes, and which hears which.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// The nodes by their names.
    pub nodes: BTreeMap<String, Node>,
    /// From whom to whom, in no order.
    pub edges: Vec<[String; 2]>,
    /// What else the file says of it.
    pub metadata: Tree,
}

impl Node {
    /// A node of a type with these fields.
    pub fn new(kind: &str, fields: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { kind: kind.into(), fields, ..Self::default() }
    }
}

impl Graph {
    /// Reads a `.nir` file. The version that it names is of no account: files differ by their fields.
    ///
    /// # Errors
    /// A file that cannot be read, is no HDF5 or not whole, or holds no graph; each names the file.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = std::fs::read(path)
            .map_err(|source| Error::Read { path: path.to_path_buf(), source })?;
        Self::decode(&bytes).map_err(|error| Error::from(error).of_file(path))
    }

    /// The graph in a file's bytes.
    ///
    /// # Errors
    /// Bytes that are no whole HDF5, or hold no graph.
    pub fn decode(bytes: &[u8]) -> Result<Self, NirError> {
        let mut tree = Tree::read(bytes)?;
        let node = tree.groups.remove("node");
        let node = node.ok_or_else(|| no_graph("there is no group `node`"))?;
        match Node::of(node, "node")? {
            Node { inner: Some(graph), .. } => Ok(graph),
            Node { kind, .. } => {
                Err(no_graph(format!("its one node is of type `{kind}`, not {SUBGRAPH}")))
            }
        }
    }

    /// Writes a `.nir` file, as version 1.0 of the format has it.
    ///
    /// # Errors
    /// A name that HDF5 cannot hold; a file that cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        crate::files::replace(path, &self.encode()?)
    }

    /// The bytes of such a file.
    ///
    /// # Errors
    /// A name that HDF5 cannot hold.
    pub fn encode(&self) -> Result<Vec<u8>, NirError> {
        let mut file = Tree::default();
        file.values.insert("version".into(), Value::text("1.0"));
        file.groups.insert("node".into(), self.tree());
        file.write()
    }

    fn tree(&self) -> Tree {
        let mut tree = Tree::default();
        tree.values.insert("type".into(), Value::text(SUBGRAPH));
        let names = self.edges.iter().flatten().cloned().collect();
        tree.values.insert("edges".into(), Value::Texts(vec![self.edges.len(), 2], names));
        let nodes = self.nodes.iter().map(|(name, node)| (name.clone(), node.tree()));
        let nodes = Tree { values: BTreeMap::new(), groups: nodes.collect() };
        tree.groups.insert("nodes".into(), nodes);
        with_metadata(tree, &self.metadata)
    }

    /// The graph of a group; `within` is the name of its node.
    fn of(mut tree: Tree, within: &str) -> Result<Self, NirError> {
        let missing = |what| no_graph(format!("`{within}` has no {what}"));
        let nodes = tree.groups.remove("nodes").ok_or_else(|| missing("group `nodes`"))?;
        let edges = match tree.values.remove("edges") {
            Some(Value::Texts(_, names)) if names.len() % 2 == 0 => names,
            // An empty list has no type.
            Some(Value::Numbers(none)) if none.numbers.is_empty() => Vec::new(),
            _ => return Err(missing("pairs of names `edges`")),
        };
        let pair = |pair: &[String]| [pair[0].clone(), pair[1].clone()];
        let node = |(name, tree): (String, Tree)| Node::of(tree, &name).map(|node| (name, node));
        Ok(Self {
            nodes: nodes.groups.into_iter().map(node).collect::<Result<_, _>>()?,
            edges: edges.chunks_exact(2).map(pair).collect(),
            metadata: tree.groups.remove("metadata").unwrap_or_default(),
        })
    }
}

impl Node {
    fn of(mut tree: Tree, name: &str) -> Result<Self, NirError> {
        let kind = tree.values.remove("type");
        let kind = kind.as_ref().and_then(Value::as_text);
        let kind = kind.ok_or_else(|| NirError::field(name, "type", "is missing"))?.to_owned();
        if kind == SUBGRAPH {
            let graph = Graph::of(tree, name)?;
            return Ok(Self { kind, inner: Some(graph), ..Self::default() });
        }
        let metadata = tree.groups.remove("metadata").unwrap_or_default();
        Ok(Self { kind, fields: tree.values, metadata, inner: None })
    }

    fn tree(&self) -> Tree {
        if let Some(graph) = &self.inner {
            return graph.tree();
        }
        let mut tree = Tree { values: self.fields.clone(), groups: BTreeMap::new() };
        tree.values.insert("type".into(), Value::text(self.kind.clone()));
        with_metadata(tree, &self.metadata)
    }
}

fn with_metadata(mut tree: Tree, metadata: &Tree) -> Tree {
    if *metadata != Tree::default() {
        tree.groups.insert("metadata".into(), metadata.clone());
    }
    tree
}

fn no_graph(what: impl Into<String>) -> NirError {
    NirError::Graph { what: what.into() }
}
