//! The report page in a real browser: it is drawn, nothing is reported to the console, and it
//! fits a telephone.

use std::path::Path;

use spikestream_flows::run::{self, Captured};
use spikestream_flows::tool::{Tool, Tools};
use spikestream_report::page::FLOORPLAN;

use crate::page::Built;
use crate::world::{build, folder};

/// Opens a file in a window of a size.
fn browse(tools: &Tools, file: &Path, size: (u32, u32), action: &str) -> Captured {
    let profile = folder();
    let args = [
        "--headless".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--hide-scrollbars".to_owned(),
        "--enable-logging=stderr".to_owned(),
        format!("--user-data-dir={}", profile.path().display()),
        format!("--window-size={},{}", size.0, size.1),
        action.to_owned(),
        format!("file://{}", file.display()),
    ];
    let said = run::capture(&tools.get(Tool::CHROMIUM).unwrap().path, args).unwrap();
    assert!(said.success, "{}", said.stderr);
    said
}

/// A page that holds another as a frame of a width, and tells of it: what it shows, and how wide
/// it is. It also complains once itself, to prove that complaints are heard.
fn around(page: &str, svg: &str, width: u32) -> String {
    let (page, svg) = (serde_json::to_string(page).unwrap(), serde_json::to_string(svg).unwrap());
    let (page, svg) = (page.replace('<', "\\u003c"), svg.replace('<', "\\u003c"));
    format!(
        "<!doctype html><meta charset=utf-8><body><script>
        console.error('canary');
        const frame = document.createElement('iframe');
        frame.style = 'border:0;width:{width}px;height:900px';
        frame.srcdoc = {page};
        const tell = (name, text) => {{
            const line = document.createElement('p');
            line.textContent = name + '=' + text + '=';
            document.body.append(line);
        }};
        frame.onload = () => {{
            const inside = frame.contentDocument;
            const root = inside.documentElement;
            tell('client', root.clientWidth);
            tell('scroll', root.scrollWidth);
            tell('shown', inside.body.innerText);
            tell('picture', inside.querySelector('figure svg').getBoundingClientRect().height);
            const svg = new DOMParser().parseFromString({svg}, 'image/svg+xml');
            tell('svg', svg.querySelector('parsererror') === null && svg.querySelector('rect') !== null);
        }};
        document.body.append(frame);
        </script>"
    )
}

/// What the page around tells of `name`.
fn told<'a>(dom: &'a str, name: &str) -> &'a str {
    let begin = format!("<p>{name}=");
    let rest = dom.split_once(&begin).unwrap_or_else(|| panic!("the page tells of no {name}")).1;
    rest.split_once('=').unwrap().0
}

#[test]
fn a_browser_draws_the_page() {
    let Some(tools) = Tools::for_test(&[Tool::CHROMIUM]) else { return };
    let folder = folder();
    let file = folder.path().join("report.html");
    std::fs::write(&file, Built::new().page().unwrap()).unwrap();
    let shot = folder.path().join("shot.png");
    let said = browse(&tools, &file, (1000, 1400), &format!("--screenshot={}", shot.display()));
    assert!(!said.stderr.contains("CONSOLE"), "{}", said.stderr);
    let image = std::fs::read(&shot).unwrap();
    assert_eq!(&image[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(image[at..at + 4].try_into().unwrap());
    assert_eq!((number(16), number(20)), (1000, 1400));
    // A page without anything on it takes some 6 kB.
    assert!(image.len() > 40_000, "{} bytes: is anything drawn?", image.len());
}

#[test]
fn the_page_fits_a_telephone_and_shows_its_text() {
    let Some(tools) = Tools::for_test(&[Tool::CHROMIUM]) else { return };
    let folder = folder();
    build(&["good"], folder.path()).unwrap();
    let svg = std::fs::read_to_string(folder.path().join(FLOORPLAN)).unwrap();
    let page = Built::new().page().unwrap();
    let file = folder.path().join("around.html");
    std::fs::write(&file, around(&page, &svg, 400)).unwrap();
    let said = browse(&tools, &file, (800, 1000), "--dump-dom");
    let complaints: Vec<&str> = said.stderr.lines().filter(|l| l.contains("CONSOLE")).collect();
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints[0].contains("canary"));
    let dom = &said.stdout;
    assert_eq!(told(dom, "client"), "400");
    assert_eq!(told(dom, "scroll"), "400", "the page is wider than its window");
    assert_eq!(told(dom, "svg"), "true", "the floorplan is no well-formed SVG");
    assert!(told(dom, "picture").parse::<f64>().unwrap() > 200.0);
    let begin = dom.split_once("<p>shown=").unwrap().1;
    for text in ["Levels of proof", "engine.dot.count.product[5]", "Floorplan", "iceprog top.bin"] {
        assert!(begin.contains(text), "{text} is not shown");
    }
}
