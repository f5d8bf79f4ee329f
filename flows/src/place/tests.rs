//! Networks and boards by name, and where their products go.

use super::*;

fn place() -> Place {
    Place::find(None).unwrap()
}

/// The report of a build of a net of 784 inputs and ten classes for the iCEBreaker.
fn report(hash: &str) -> Report {
    let report = serde_json::json!({
        "board": "icebreaker", "part": "ice40up5k-sg48", "net": "mine", "net_hash": hash,
        "lanes": 64, "schedule": "planes", "seed": 1, "seeds": {}, "utilization": {}, "fmax": {},
        "clock_mhz": 24.0, "cycles_per_image": 37_440, "latency_us": 1560.0, "line": null,
        "bitstream": "top.bin", "sha256": "", "tools": {},
    });
    serde_json::from_value(report).unwrap()
}

#[test]
fn a_net_is_a_shipped_name_or_a_folder() {
    let place = place();
    let shipped = place.net("digits").unwrap();
    assert_eq!(shipped.key, "digits");
    let folder = shipped.path.display().to_string();
    assert_eq!(place.net(&folder).unwrap().path, shipped.path);
    assert_eq!(place.net(&format!("{folder}/.")).unwrap().key, "digits");
}

#[test]
fn an_unknown_net_gets_the_legal_names() {
    for given in ["digts", "", ".", "/nonexistent", "../boards"] {
        let error = place().net(given).unwrap_err();
        assert_eq!(error.code(), "flows::net::unknown", "{given}");
        assert!(error.remedy().contains("digits"), "{}", error.remedy());
    }
}

#[test]
fn a_board_that_fails_keeps_no_other_back() {
    let mut place = place();
    let names = place.folders.names();
    let (done, outcome) = place.on_every_board(|board| match board.name.as_str() {
        "icestick" | "upduino" => {
            Err(net::Error::Unknown { name: board.name.clone(), legal: Vec::new() }.into())
        }
        name => Ok(name.to_owned()),
    });
    assert_eq!(done.len() + 2, names.len());
    assert!(done.contains(&"upduino-osc".to_owned()));
    assert!(outcome.unwrap_err().to_string().contains("icestick"), "the first");

    // A net.toml is not a board's.
    place.folders.boards.push(place.shipped.join("nets/digits"));
    let (done, outcome) = place.on_every_board(|_| Ok(()));
    assert_eq!(done.len(), names.len());
    assert_eq!(outcome.unwrap_err().code(), "flows::board::invalid");
}

/// A copy of a network that ships.
fn copied(place: &Place, net: &str, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in ["net.toml", "weights.safetensors"] {
        std::fs::copy(place.nets().join(net).join(file), to.join(file)).unwrap();
    }
}

#[test]
fn networks_in_folders_of_one_name_have_products_of_their_own() {
    let place = place();
    let board = place.board("icebreaker").unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let products = |net: &str, folder: &str| {
        let path = temporary.path().join(folder);
        copied(&place, net, &path);
        let net = place.net(&path.display().to_string()).unwrap();
        (net.name.clone(), place.products(&net, &board))
    };
    let (first, second) = (products("digits", "a/train"), products("digits-tiny", "b/train"));
    assert_eq!((first.0.as_str(), second.0.as_str()), ("digits", "digits-tiny"));
    let third = products("digits", "b/digits");
    let shipped = place.products(&place.net("digits").unwrap(), &board);
    let mut all = vec![first.1.clone(), second.1, third.1, shipped];
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 4, "{all:?}");
    // Trained again, it is found again.
    assert_eq!(products("digits", "a/train"), first);
}

#[test]
fn the_build_of_another_network_is_told_with_the_command_that_builds_this_one() {
    let meant = place().net("digits").unwrap().identity().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let told = |hash: &str| {
        report(hash).write(folder.path()).unwrap();
        other_build(&meant, folder.path(), "spikestream synth")
    };
    assert_eq!(other_build(&meant, folder.path(), ""), None, "nothing is built");
    assert_eq!(told(&meant.hash), None);
    let text = told("0123456789abcdef0123").unwrap();
    assert!(text.contains("network mine (0123456789abcdef), not of digits ("), "{text}");
    assert!(text.ends_with("help: build it: spikestream synth"), "{text}");
}

#[test]
fn products_are_filed_under_net_and_board() {
    let place = place();
    let board = place.board("icebreaker").unwrap();
    let folder = place.products(&place.net("digits").unwrap(), &board);
    assert!(folder.ends_with("target/spikestream/digits/icebreaker"), "{}", folder.display());
    let elsewhere = tempfile::tempdir().unwrap();
    let place = Place::find(Some(elsewhere.path())).unwrap();
    let folder = place.products(&place.net("digits").unwrap(), &board);
    assert_eq!(folder, elsewhere.path().join("digits/icebreaker"));
    assert_eq!(place.routed(&board), elsewhere.path().join("routed/icebreaker"));
}
