//! What no graph may be, each with its code, a sentence that names the place, and a remedy.

use super::file;
use crate::Error;
use crate::error::Told;
use crate::nir::{Converted, Graph, Integers, NirError, Node, Plan, Tensor, Value, kinds};
use crate::spec::Reset;

/// A graph of nodes and edges, as `a>b>c d>c`.
fn graph(nodes: Vec<(&str, Node)>, edges: &str) -> Graph {
    let pairs = edges.split(' ').flat_map(|chain| {
        let names: Vec<&str> = chain.split('>').collect();
        names.windows(2).map(|w| [w[0].to_owned(), w[1].to_owned()]).collect::<Vec<_>>()
    });
    let nodes = nodes.into_iter().map(|(name, node)| (name.to_owned(), node)).collect();
    Graph { nodes, edges: pairs.collect(), ..Graph::default() }
}

fn lif(units: usize) -> Node {
    kinds::lif(&[units], 1e-4, 0.9375, 1.0)
}

/// Two units in, a map, two neurons, and what is put beside them.
fn small(more: Vec<(&'static str, Node)>, edges: &str) -> Graph {
    let map = kinds::linear([2, 2], &[1.0, 0.5, -0.5, 0.25]);
    let own = vec![
        ("in", kinds::input(&[2])),
        ("map", map),
        ("lif", lif(2)),
        ("out", kinds::output(&[2])),
    ];
    let mut graph = graph(own, edges);
    graph.nodes.extend(more.into_iter().map(|(name, node)| (name.to_owned(), node)));
    graph
}

fn converted(graph: &Graph, dt: f64) -> Result<Converted, Error> {
    Converted::of(&Plan::of(graph)?, dt, Reset::Subtract, &Integers::default())
}

fn told(graph: &Graph) -> (&'static str, String, String) {
    let error = converted(graph, 1e-4).unwrap_err();
    (error.code(), error.to_string(), error.remedy())
}

#[test]
fn bytes_that_are_no_whole_file_are_refused() {
    let whole = std::fs::read(file("lif_norse.nir")).unwrap();
    for bytes in [&whole[..whole.len() / 2], &whole[..100], b"PK\x03\x04", b"", &[0; 4096]] {
        let error = Graph::decode(bytes).unwrap_err();
        assert_eq!(error.code(), "spikestream::nir::file", "{error}");
        assert!(error.remedy().contains("whole"), "{}", error.remedy());
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.nir");
    std::fs::write(&path, &whole[..5000]).unwrap();
    let error = Graph::read(&path).unwrap_err();
    assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
    assert_eq!(
        Graph::read(&folder.path().join("no.nir")).unwrap_err().code(),
        "spikestream::file::read"
    );
}

#[test]
fn what_is_wrong_with_a_graph_is_told_by_the_node() {
    let chain = "in>map>lif>out";
    let edit = |change: &dyn Fn(&mut Graph)| {
        let mut graph = small(vec![], chain);
        change(&mut graph);
        told(&graph)
    };
    let set = |name: &'static str, node: Node| {
        edit(&move |graph| drop(graph.nodes.insert(name.into(), node.clone())))
    };
    let numbers = |shape: &[usize], numbers: &[f32]| Value::Numbers(Tensor::single(shape, numbers));
    let cases = [
        (
            set("lif", Node::new("Izhikevich", [])),
            "kind",
            "`lif` is of type `Izhikevich`",
            "known are Input",
        ),
        (set("lif", Node::new("LIFF", [])), "kind", "`LIFF`", "did you mean `LIF`?"),
        (
            set("map", kinds::linear([2, 2], &[1.0, f32::NAN, 0.0, 0.0])),
            "value",
            "`map`: weight is NaN at 1",
            "correct",
        ),
        (
            set("map", kinds::linear([2, 3], &[1.0; 6])),
            "shape",
            "`map` takes the shape [3] and hears [2]",
            "Flatten",
        ),
        (set("lif", lif(3)), "shape", "`lif` takes the shape [3] and hears [2]", "agree"),
        (set("out", kinds::output(&[5])), "shape", "`out` takes the shape [5]", "agree"),
        (set("map", Node::new("Linear", [])), "field", "`map`: weight is missing", "every field"),
        (
            set("map", Node::new("Linear", [("weight", Value::text("w"))])),
            "field",
            "no array",
            "nir.write",
        ),
        (
            set("map", Node::new("Linear", [("weight", numbers(&[4], &[1.0; 4]))])),
            "field",
            "2 axes",
            "field",
        ),
        (
            set("map", kinds::affine([2, 2], &[1.0; 4], &[1.0])),
            "field",
            "bias has the shape",
            "field",
        ),
        (set("lif", kinds::lif(&[2], 1e-4, 0.9, -1.0)), "value", "v_threshold is -1", "correct"),
        (
            edit(&|g| g.edges.push(["lif".into(), "gone".into()])),
            "edge",
            "to `gone` names `gone`",
            "two nodes",
        ),
        (edit(&|g| g.edges.push(["in".into(), "map".into()])), "edge", "stands twice", "once"),
        (
            edit(&|g| drop(g.nodes.remove("in").map(|_| g.edges.remove(0)))),
            "graph",
            "no node of type Input",
            "nir.write",
        ),
        (
            edit(&|g| drop(g.nodes.insert("in2".into(), kinds::input(&[2])))),
            "unsupported",
            "a second Input",
            "one Input",
        ),
        (
            edit(&|g| g.edges.retain(|edge| edge[0] != "in")),
            "unsupported",
            "nothing leads to it",
            "connect",
        ),
    ];
    for ((code, text, remedy), expected, part, help) in cases {
        assert_eq!(code, format!("spikestream::nir::{expected}"), "{text}");
        assert!(text.contains(part), "{text} without {part}");
        assert!(remedy.contains(help), "{remedy} without {help}");
    }
}

#[test]
fn circles_are_told_by_whether_a_neuron_stands_in_them() {
    let two = || kinds::linear([2, 2], &[0.5; 4]);
    let error = told(&small(vec![("back", two())], "in>map>back>map back>lif>out"));
    assert_eq!(error.0, "spikestream::nir::cycle");
    assert!(error.1.contains("`map`, `back`") || error.1.contains("`back`, `map`"), "{}", error.1);
    assert!(error.2.contains("neuron"));
    // Of one population it is a recurrence; of two none of the chip.
    let own = small(vec![("back", two())], "in>map>lif>out lif>back>lif");
    let layers = converted(&own, 1e-4).unwrap().skeleton.layers;
    assert_eq!(layers[0].connections.len(), 1);
    let more = vec![("back", two()), ("second", lif(2))];
    let error = told(&small(more, "in>map>lif>second>out second>back>lif"));
    assert_eq!(error.0, "spikestream::nir::unsupported");
    assert!(error.1.contains("hear each other in a circle, of `lif`, `second`"), "{}", error.1);
}

#[test]
fn a_step_that_is_none_is_refused() {
    let graph = small(vec![], "in>map>lif>out");
    for (dt, part) in [
        (0.0, "0 s is none"),
        (-1e-4, "is none"),
        (f64::NAN, "is none"),
        (1.0, "longer than tau of node `lif`"),
    ] {
        let error = converted(&graph, dt).unwrap_err();
        assert_eq!(error.code(), "spikestream::nir::step");
        assert!(error.to_string().contains(part), "{error}");
        assert!(error.remedy().contains("--dt"));
    }
}

#[test]
fn a_subgraph_is_what_is_in_it_unless_its_edges_name_what_is_not() {
    let inner = |edges: &str| {
        let nodes = vec![
            ("input", kinds::input(&[2])),
            ("a", kinds::linear([2, 2], &[0.5; 4])),
            ("n", lif(2)),
            ("output", kinds::output(&[2])),
        ];
        Node { kind: "NIRGraph".into(), inner: Some(graph(nodes, edges)), ..Node::default() }
    };
    let outer = |edges: &str| small(vec![("sub", inner(edges))], "in>map>lif>sub>out");
    let whole = outer("input>a>n>output n>a");
    let read = Graph::decode(&whole.encode().unwrap()).unwrap();
    let plan = Plan::of(&read).unwrap();
    assert_eq!(plan.populations(), [("lif", 2), ("sub/n", 2)]);
    assert_eq!(converted(&read, 1e-4).unwrap().skeleton.layers[1].connections.len(), 1);
    let error = told(&outer("input>a>n>output n>w_rec"));
    assert_eq!(error.0, "spikestream::nir::edge");
    assert!(error.1.contains("to `w_rec` of subgraph `sub` names `w_rec`"), "{}", error.1);
}

/// What the chip cannot have, each by its node and the true reason.
#[test]
fn what_the_chip_cannot_have_is_told_by_the_node() {
    let li = Node::new(
        "LI",
        ["tau", "r", "v_leak"]
            .map(|field| (field, Value::Numbers(Tensor::single(&[2], &[1.0, 1.0])))),
    );
    let mut mixed = lif(2);
    mixed.fields.insert("tau".into(), Value::Numbers(Tensor::single(&[2], &[0.01, 0.02])));
    let image = |conv: Node, out: usize| {
        graph(
            vec![
                ("in", kinds::input(&[1, 4, 4])),
                ("conv", conv),
                ("lif", kinds::lif(&[1, 2, 2], 1e-4, 0.9375, 1.0)),
                ("flat", kinds::flatten(&[1, 2, 2])),
                ("map", kinds::linear([2, out], &vec![0.5; 2 * out])),
                ("end", lif(2)),
                ("out", kinds::output(&[2])),
            ],
            "in>conv>lif>flat>map>end>out",
        )
    };
    let conv = |dilation: usize, kernel: usize| {
        let weights = vec![0.5; kernel * kernel];
        let mut node = kinds::conv2d(
            &crate::nir::part::Conv {
                channels: 1,
                seen: 1,
                kernel: [kernel; 2],
                stride: [1, 1],
                padding: [0, 0],
                dilation: [dilation; 2],
                groups: 1,
                weights,
                biases: vec![0.0],
                flat: false,
            },
            [4, 4],
        );
        node.metadata = Default::default();
        node
    };
    assert!(converted(&image(conv(1, 3), 4), 1e-4).is_ok());
    let cases = [
        (
            small(vec![("end", li.clone())], "in>map>lif>end>out"),
            "`end`: a LI passes its membrane on",
        ),
        (small(vec![("lif", mixed)], "in>map>lif>out"), "`lif`: its neurons differ in tau"),
        (
            small(vec![("end", kinds::linear([2, 2], &[1.0; 4]))], "in>map>lif>end>out"),
            "`end`: the output hears it",
        ),
        (image(conv(2, 2), 4), "`conv`: its dilation is [2, 2]"),
        (
            small(vec![("late", kinds::delay(&[2], 2e-3))], "in>late>map>lif>out"),
            "`map`: a delay is 20 time steps",
        ),
        (
            small(vec![("late", kinds::delay(&[2], 1.5e-4))], "in>late>map>lif>out"),
            "is 1.500 time steps",
        ),
        (
            small(vec![("end", lif(2))], "in>map>lif>end>out in>end"),
            "`end`: it hears the input beside",
        ),
    ];
    for (graph, part) in cases {
        let (code, text, remedy) = told(&graph);
        assert_eq!(code, "spikestream::nir::unsupported", "{text}");
        assert!(text.contains(part), "{text} without {part}");
        assert!(!remedy.is_empty());
    }
}

/// A kernel along one axis is one of a single row.
#[test]
fn one_axis_is_a_single_row() {
    let numbers = |shape: &[usize], numbers: &[f32]| Value::Numbers(Tensor::single(shape, numbers));
    let conv = Node::new(
        "Conv1d",
        [
            ("weight", numbers(&[2, 1, 3], &[1.0, -0.5, 0.25, 0.5, 0.5, 0.5])),
            ("bias", numbers(&[2], &[0.0, 0.125])),
            ("stride", Value::Numbers(Tensor::one(2))),
            ("padding", Value::text("valid")),
            ("dilation", Value::Numbers(Tensor::one(1))),
            ("groups", Value::Numbers(Tensor::one(1))),
        ],
    );
    let nodes = vec![
        ("in", kinds::input(&[1, 7])),
        ("conv", conv),
        ("lif", kinds::lif(&[2, 3], 1e-4, 0.9375, 1.0)),
        ("flat", kinds::flatten(&[2, 3])),
        ("map", kinds::linear([2, 6], &[0.5; 12])),
        ("end", lif(2)),
        ("out", kinds::output(&[2])),
    ];
    let own = converted(&graph(nodes, "in>conv>lif>flat>map>end>out"), 1e-4).unwrap();
    assert_eq!((own.skeleton.layers[0].inputs, own.skeleton.layers[0].outputs), (7, 6));
    assert_eq!(own.floats[0].biases, [0.0, 0.125]);
}

#[test]
fn every_error_has_a_code_of_its_own() {
    let error: Error = NirError::Reset.into();
    assert_eq!(error.code(), "spikestream::nir::reset");
    assert!(error.remedy().contains("--reset subtract"));
}
