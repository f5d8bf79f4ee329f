//! Elements of HTML and SVG: every text and every attribute is escaped when they are written.

use std::fmt::{self, Display, Write};

/// Elements of HTML that have no end tag.
const VOID: [&str; 2] = ["link", "meta"];

/// Elements of SVG that close themselves where nothing is in them. An empty one of HTML must not.
const CLOSED: [&str; 6] = ["circle", "line", "path", "polyline", "rect", "use"];

/// An element with its attributes and what is in it.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    tag: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Child>,
}

#[derive(Debug, Clone)]
enum Child {
    Element(Element),
    Text(String),
    /// A style sheet, part of this program; it knows no escapes.
    Style(&'static str),
}

/// An empty element.
pub(crate) fn element(tag: &'static str) -> Element {
    Element { tag, attributes: Vec::new(), children: Vec::new() }
}

/// An element with a text in it.
pub(crate) fn text(tag: &'static str, content: impl Display) -> Element {
    element(tag).text(content)
}

/// A path of a class.
pub(crate) fn path(class: &str, d: String) -> Element {
    element("path").class(class).with("d", d)
}

/// A text of a class, from a point on.
pub(crate) fn label(class: &str, x: f64, y: f64, content: impl Display) -> Element {
    element("text").class(class).at("x", x).at("y", y).text(content)
}

impl Element {
    /// With an attribute.
    pub(crate) fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    /// With a length or a coordinate.
    pub(crate) fn at(self, name: &'static str, value: f64) -> Self {
        self.with(name, number(value))
    }

    /// With a class.
    pub(crate) fn class(self, name: &str) -> Self {
        self.with("class", name)
    }

    /// With a text after what is already in it.
    pub(crate) fn text(mut self, content: impl Display) -> Self {
        self.children.push(Child::Text(content.to_string()));
        self
    }

    /// With an element after what is already in it.
    pub(crate) fn child(mut self, child: Self) -> Self {
        self.children.push(Child::Element(child));
        self
    }

    /// With some elements after what is already in it.
    pub(crate) fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children.into_iter().map(Child::Element));
        self
    }

    /// With a style sheet.
    pub(crate) fn style(mut self, sheet: &'static str) -> Self {
        self.children.push(Child::Style(sheet));
        self
    }
}

impl Display for Element {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "<{}", self.tag)?;
        for (name, value) in &self.attributes {
            write!(out, " {name}=\"")?;
            escape(value, out)?;
            out.write_char('"')?;
        }
        if self.children.is_empty() && CLOSED.contains(&self.tag) {
            return out.write_str("/>");
        }
        out.write_char('>')?;
        if VOID.contains(&self.tag) {
            return Ok(());
        }
        for child in &self.children {
            match child {
                Child::Element(element) => element.fmt(out)?,
                Child::Text(content) => escape(content, out)?,
                Child::Style(sheet) => out.write_str(sheet)?,
            }
        }
        write!(out, "</{}>", self.tag)
    }
}

fn escape(text: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    for c in text.chars() {
        match c {
            '&' => out.write_str("&amp;")?,
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            '"' => out.write_str("&quot;")?,
            '\'' => out.write_str("&#39;")?,
            // No characters of XML: a parser would stop at them.
            '\u{fffe}' | '\u{ffff}' => out.write_char('\u{fffd}')?,
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.write_char('\u{fffd}')?,
            c => out.write_char(c)?,
        }
    }
    Ok(())
}

/// A coordinate to a hundredth, as short as it can be written.
pub(crate) fn number(value: f64) -> String {
    debug_assert!(value.is_finite(), "a coordinate is {value}");
    let rounded = (value * 100.0).round() / 100.0;
    // Not the negative zero.
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

/// A text of at most so many characters, ending in an ellipsis if it was longer.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// About how wide a text is, in units of its size; rather too wide than too narrow.
pub(crate) fn width(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 0.6 } else { 1.0 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_given_becomes_markup() {
        let evil = "</td><script>alert('&\"')</script>\u{0}";
        let made = text("td", evil).with("title", evil).to_string();
        let escaped =
            "&lt;/td&gt;&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;\u{fffd}";
        assert_eq!(made, format!("<td title=\"{escaped}\">{escaped}</td>"));
    }

    #[test]
    fn elements_nest_and_void_ones_stay_open() {
        let list = element("ul").children([text("li", 1), text("li", 2.5).class("b")]);
        assert_eq!(list.to_string(), "<ul><li>1</li><li class=\"b\">2.5</li></ul>");
        assert_eq!(
            element("meta").with("charset", "utf-8").to_string(),
            "<meta charset=\"utf-8\">"
        );
    }

    #[test]
    fn no_text_breaks_a_picture() {
        let evil = "</text><script>\"&\u{0}\u{1b}\u{ffff}";
        let made = label("ink", 1.0, 2.5, evil).with("id", evil).to_string();
        let parsed = roxmltree::Document::parse(&made).unwrap();
        let read = "</text><script>\"&\u{fffd}\u{fffd}\u{fffd}";
        assert_eq!(parsed.root_element().text(), Some(read));
        assert_eq!(parsed.root_element().attribute("id"), Some(read));
    }

    #[test]
    fn numbers_are_short() {
        let written = [0.1 + 0.2, -0.001, 12.0, 1.0 / 3.0, -2.5].map(number);
        assert_eq!(written, ["0.3", "0", "12", "0.33", "-2.5"]);
    }

    #[test]
    fn long_texts_end_in_an_ellipsis() {
        assert_eq!(shortened("aäöü", 4), "aäöü");
        assert_eq!(shortened("aäöüß", 4), "aäö…");
        assert!(width("äa") > width("aa"));
    }
}
