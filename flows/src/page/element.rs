//! Elements of HTML and SVG: every text and every attribute is escaped when they are written.

use std::fmt::{self, Display, Write};

/// Elements of HTML that have no end tag.
const VOID: [&str; 2] = ["link", "meta"];

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

impl Element {
    /// With an attribute.
    pub(crate) fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.attributes.push((name, value.to_string()));
        self
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
            // No character of XML; a parser would stop at it.
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.write_char('\u{fffd}')?,
            c => out.write_char(c)?,
        }
    }
    Ok(())
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
}
