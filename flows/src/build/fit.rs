//! Does it fit? Compares what a design needs with what a part has, and says what to change.

use std::collections::BTreeMap;

use super::Error;
use crate::base::error::FlowError;
use crate::board::part::Part;
use crate::family::plain_name;

/// What to change when a resource is short, where nothing but the resource is known;
/// [`crate::estimate::advised`] knows more.
fn advice(part: &Part, resource: &str) -> &'static str {
    let known = part.family.resources();
    if resource == known.ram {
        "use fewer weight bits or smaller layers (train with `--bits` or `--hidden`), or a board with more \
         block RAM"
    } else if resource == known.logic {
        "use fewer lanes (`--lanes 32`) or smaller layers, or a board with a larger part"
    } else {
        "use a board with a larger part"
    }
}

/// How many multipliers a part has too few, where that is what failed.
pub fn missing_multipliers(error: &FlowError, part: &Part) -> Option<u64> {
    let name = plain_name(part.family.multipliers()?.resource);
    match error.of() {
        Some(Error::Overfull { resource, used, available, .. }) if resource == name => {
            Some(used - available)
        }
        _ => None,
    }
}

/// Refuses a design that needs more than the part has; the first by how far it is over.
///
/// # Errors
/// [`Error::Overfull`].
pub fn ensure_fits<'a>(
    part: &Part,
    needs: impl IntoIterator<Item = (&'a str, u64)>,
) -> Result<(), FlowError> {
    let over = needs
        .into_iter()
        .filter_map(|(resource, used)| {
            let available = *part.resources.get(resource)?;
            (used > available).then_some((resource, used, available))
        })
        .max_by_key(|(_, used, available)| used * 1000 / available.max(&1));
    match over {
        None => Ok(()),
        Some((resource, used, available)) => Err(Error::Overfull {
            part: part.name.clone(),
            resource: plain_name(resource).to_owned(),
            used,
            available,
            advice: advice(part, resource).to_owned(),
        }
        .into()),
    }
}

/// The utilisation that nextpnr prints before it places, from its log: lines such as
/// `Info: ICESTORM_LC:  5800/ 5280   109%`. A design that only overflows once it is packed fails
/// in placement and leaves no report, so this is where the numbers are.
pub fn needs_in_log(log: &str) -> BTreeMap<String, u64> {
    log.lines()
        .filter_map(|line| {
            let (resource, counts) = line.strip_prefix("Info:")?.trim().split_once(':')?;
            let (used, _) = counts.split_once('/')?;
            Some((resource.trim().to_owned(), used.trim().parse().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::part;

    #[test]
    fn says_by_how_much_and_what_to_change() {
        let part = part::find("ice40up5k-sg48").unwrap();
        ensure_fits(&part, [("ICESTORM_LC", 5280), ("ICESTORM_RAM", 30)]).unwrap();
        let error = ensure_fits(&part, [("ICESTORM_LC", 5281), ("ICESTORM_RAM", 60)]).unwrap_err();
        assert_eq!(error.code(), "flows::fit::overfull");
        assert!(error.to_string().contains("60 block RAMs"), "{error}");
        assert!(error.to_string().contains("30 too many"), "{error}");
        assert!(error.remedy().contains("weight bits"));
    }

    #[test]
    fn tells_too_few_multipliers_from_what_else_is_short() {
        let ecp5 = part::find("lfe5u-25f-cabga381").unwrap();
        let error = ensure_fits(&ecp5, [("MULT18X18D", 31)]).unwrap_err();
        assert_eq!((ecp5.multipliers(99.0), missing_multipliers(&error, &ecp5)), (28, Some(3)));
        let error = ensure_fits(&ecp5, [("TRELLIS_COMB", 99_999)]).unwrap_err();
        assert_eq!(missing_multipliers(&error, &ecp5), None);
        // Those of an iCE40 are not for every clock, and nothing is known of Gowin's.
        let up5k = part::find("ice40up5k-sg48").unwrap();
        assert_eq!([50.0, 50.1].map(|mhz| up5k.multipliers(mhz)), [8, 0]);
        let gowin = part::find("gw2ar-18c-qn88").unwrap();
        assert_eq!((gowin.multipliers(27.0), missing_multipliers(&error, &gowin)), (0, None));
    }

    #[test]
    fn reads_the_log_of_place_and_route() {
        let log = "Info: Device utilisation:\nInfo: \t         ICESTORM_LC:  5800/ 5280   109%\n";
        assert_eq!(needs_in_log(log)["ICESTORM_LC"], 5800);
    }
}
