//! What an error says about a name that is not legal: all that are, and the nearest of them, where a
//! near name is likely the same thing.

pub use spikestream::nearest::nearest;

/// A remedy that lists the legal names and offers the nearest one: for names of our own, such as
/// ports and keys.
pub fn offer(given: &str, legal: &[String]) -> String {
    listed(nearest(given, legal.iter().map(String::as_str)), legal)
}

/// As [`offer`], for names of things that are sold: `icesugar-pro` is no misspelt `icesugar`, and
/// `ulx3s-65f` may be any of them. Only a name of the same words and numbers is offered.
pub(crate) fn offer_product(given: &str, legal: &[String]) -> String {
    listed(spelling(given, legal), legal)
}

fn listed(near: Option<&str>, legal: &[String]) -> String {
    let list = if legal.is_empty() { "none".to_owned() } else { legal.join(", ") };
    match near {
        Some(name) => format!("did you mean `{name}`? There are: {list}"),
        None => format!("choose one of: {list}"),
    }
}

/// The nearest name that has as many words and the same digits.
pub(crate) fn spelling<'a>(given: &str, legal: &'a [String]) -> Option<&'a str> {
    let frame = |name: &str| -> String {
        name.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect()
    };
    let same = legal.iter().map(String::as_str).filter(|name| frame(name) == frame(given));
    nearest(given, same)
}

/// The name that differs in nothing but case and punctuation: the only one that may stand for
/// another where a near name is another thing, as with parts.
pub(crate) fn same_letters<'a>(
    given: &str,
    legal: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let letters = |name: &str| -> String {
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let given = letters(given);
    legal.into_iter().find(|name| letters(name) == given)
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

    #[test]
    fn another_product_is_not_a_misspelt_one() {
        let boards = ["icesugar", "ulx3s-85f", "upduino-osc"].map(str::to_owned);
        assert_eq!(spelling("icesugr", &boards), Some("icesugar"));
        assert_eq!(spelling("upduino-ocs", &boards), Some("upduino-osc"));
        for other in ["icesugar-pro", "ulx3s-65f", "upduino", "icesugar2"] {
            assert_eq!(spelling(other, &boards), None, "{other}");
        }
    }

    #[test]
    fn the_same_letters_are_the_same_part() {
        let parts = ["ice40hx8k-cb132", "ice40hx8k-ct256"];
        assert_eq!(same_letters("iCE40HX8K-CB132", parts), Some("ice40hx8k-cb132"));
        assert_eq!(same_letters("ice40_hx8k_cb132", parts), Some("ice40hx8k-cb132"));
        assert_eq!(same_letters("ice40hx8k-cb123", parts), None);
    }
}
