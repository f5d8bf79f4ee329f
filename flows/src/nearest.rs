//! What an error says about a name that is not legal: all that are, and the nearest of them.

pub use spikestream::nearest::nearest;

/// A remedy that lists the legal names and offers the nearest one.
pub(crate) fn offer(given: &str, legal: &[String]) -> String {
    let list = if legal.is_empty() { "none".to_owned() } else { legal.join(", ") };
    match nearest(given, legal.iter().map(String::as_str)) {
        Some(name) => format!("did you mean `{name}`? There are: {list}"),
        None => format!("choose one of: {list}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_offered_beside_all() {
        let boards = ["icebreaker", "ulx3s"].map(str::to_owned);
        let near = offer("icebraker", &boards);
        assert_eq!(near, "did you mean `icebreaker`? There are: icebreaker, ulx3s");
        assert_eq!(offer("arty", &boards), "choose one of: icebreaker, ulx3s");
        assert_eq!(offer("arty", &[]), "choose one of: none");
    }
}
