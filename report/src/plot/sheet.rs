//! The sheet that every picture is drawn on: its size, colours, fonts and title.
//!
//! The colours are those of the report page. They are written out in classes, not as variables,
//! because viewers other than browsers know only these.

use crate::markup::{Element, element, label};

/// How wide learning curves and rasters are.
pub(super) const WIDTH: f64 = 760.0;

/// Space around everything.
pub(super) const EDGE: f64 = 16.0;

/// Where a line of text under the title stands.
pub(super) const SUBTITLE: f64 = 49.0;

/// Rules for light backgrounds, then for dark ones. The class keeps them off other pictures of a page.
const STYLE: &str = "\
    .plot{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;\
    font-size:13px;font-variant-numeric:tabular-nums}\
    .plot path{fill:none;stroke-linejoin:round}\
    .plot .paper{fill:#fff}\
    .plot .ink{fill:#1f2328}\
    .plot .soft{fill:#59636e}\
    .plot .title{font-size:16px;font-weight:600}\
    .plot .name{font-weight:600}\
    .plot .middle{text-anchor:middle}\
    .plot .end{text-anchor:end}\
    .plot .grid{stroke:#d1d9e0}\
    .plot .frame{stroke:#59636e}\
    .plot .kept{stroke:#59636e;stroke-dasharray:4 3}\
    .plot .train{stroke:#0b62b8;stroke-width:1.75}\
    .plot .held-out{stroke:#c2570c;stroke-width:1.75}\
    .plot .test{stroke:#116329;stroke-width:1.75;stroke-dasharray:6 3}\
    .plot .rate{stroke:#6639ba;stroke-width:1.75}\
    .plot circle.train{fill:#0b62b8;stroke:none}\
    .plot circle.held-out{fill:#c2570c;stroke:none}\
    .plot circle.test{fill:#116329;stroke:none}\
    .plot circle.rate{fill:#6639ba;stroke:none}\
    .plot .line-0{stroke:#0b62b8;stroke-width:1.5}\
    .plot .line-1{stroke:#c2570c;stroke-width:1.5}\
    .plot .line-2{stroke:#116329;stroke-width:1.5}\
    .plot .line-3{stroke:#6639ba;stroke-width:1.5}\
    .plot .line-4{stroke:#a40e26;stroke-width:1.5}\
    .plot .line-5{stroke:#7a5c00;stroke-width:1.5}\
    .plot .line-6{stroke:#0a7a83;stroke-width:1.5}\
    .plot .line-7{stroke:#b0298b;stroke-width:1.5}\
    .plot .line-8{stroke:#59636e;stroke-width:1.5}\
    .plot .spikes{stroke:#0b62b8}\
    .plot .shade{fill:#0b62b8}\
    .plot path.right{fill:#0b62b8}\
    .plot path.wrong{fill:#d9610b}\
    @media (prefers-color-scheme:dark){\
    .plot .paper{fill:#0d1117}\
    .plot .ink{fill:#e6edf3}\
    .plot .soft{fill:#9aa5b1}\
    .plot .grid{stroke:#30363d}\
    .plot .frame{stroke:#9aa5b1}\
    .plot .kept{stroke:#9aa5b1}\
    .plot .train{stroke:#58a6ff}\
    .plot .held-out{stroke:#f0883e}\
    .plot .test{stroke:#7ee787}\
    .plot .rate{stroke:#bc8cff}\
    .plot circle.train{fill:#58a6ff;stroke:none}\
    .plot circle.held-out{fill:#f0883e;stroke:none}\
    .plot circle.test{fill:#7ee787;stroke:none}\
    .plot circle.rate{fill:#bc8cff;stroke:none}\
    .plot .line-0{stroke:#58a6ff}\
    .plot .line-1{stroke:#f0883e}\
    .plot .line-2{stroke:#7ee787}\
    .plot .line-3{stroke:#bc8cff}\
    .plot .line-4{stroke:#ff7b72}\
    .plot .line-5{stroke:#e3b341}\
    .plot .line-6{stroke:#39c5cf}\
    .plot .line-7{stroke:#f778ba}\
    .plot .line-8{stroke:#9aa5b1}\
    .plot .spikes{stroke:#58a6ff}\
    .plot .shade{fill:#58a6ff}\
    .plot path.right{fill:#58a6ff}\
    .plot path.wrong{fill:#f0883e}}";

/// A sheet with a title and a line under it.
pub(super) fn sheet(width: f64, height: f64, title: &str, subtitle: &str) -> Element {
    let paper = element("rect").class("paper").at("width", width).at("height", height);
    element("svg")
        .with("xmlns", "http://www.w3.org/2000/svg")
        .class("plot")
        .at("width", width)
        .at("height", height)
        .with("viewBox", format!("0 0 {width:.0} {height:.0}"))
        .with("role", "img")
        .child(element("title").text(title))
        .child(element("style").text(STYLE))
        .child(paper)
        .child(label("ink title", EDGE, 28.0, title))
        .child(label("soft", EDGE, SUBTITLE, subtitle))
}

/// What a finished picture ends in.
const END: &str = "</svg>\n";

/// The text of a finished picture.
pub(super) fn finish(sheet: &Element) -> String {
    format!("{sheet}\n")
}

/// The picture with a note that no viewer shows, such as the run that it is of, in its element `metadata`.
///
/// ```
/// use spikestream_report::plot::{confusion, noted};
///
/// let picture = noted(&confusion(&[vec![3]], &[]), "run 3f0c91ab");
/// assert!(picture.ends_with("<metadata>run 3f0c91ab</metadata></svg>\n"));
/// ```
pub fn noted(picture: &str, note: &str) -> String {
    let open = picture.strip_suffix(END).unwrap_or(picture);
    format!("{open}{}{END}", element("metadata").text(note))
}

/// A text that stands upright, read from below, around a point.
pub(super) fn upright(class: &str, x: f64, y: f64, content: &str) -> Element {
    let turn = format!("rotate(-90 {x:.0} {y:.0})");
    label(&format!("{class} middle"), x.round(), y.round(), content).with("transform", turn)
}

/// A number with a comma between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share in percent.
pub(super) fn percent(share: f64, decimals: usize) -> String {
    format!("{:.decimals$}", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(percent(0.980_56, 1), "98.1");
    }

    /// Every class that has a colour has one for dark backgrounds too.
    #[test]
    fn both_backgrounds_have_every_colour() {
        let (light, dark) = STYLE.split_once("@media").unwrap();
        let rules = light.split('}').filter(|rule| rule.contains('#'));
        let names: Vec<&str> = rules.map(|rule| rule.split('{').next().unwrap()).collect();
        assert!(names.len() > 10, "{names:?}");
        for name in names {
            assert!(dark.contains(&format!("{name}{{")), "{name}");
        }
    }
}
