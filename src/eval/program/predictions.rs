//! The classes that a network gives to rows without labels.

use super::early::EarlyLine;
use super::{Args, Subject, kind, name};
use crate::data::{Dataset, Split};
use crate::spec::Inputs;
use crate::{Error, eval};
use serde::Serialize;

/// What a network makes of rows without labels.
#[derive(Serialize)]
struct Predictions {
    net: String,
    kind: &'static str,
    data: String,
    images: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    early: Option<EarlyLine>,
    predictions: Vec<Prediction>,
}

#[derive(Serialize)]
struct Prediction {
    /// The row below the header, from 0.
    image: usize,
    class: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// What the network makes of rows without labels.
pub(super) fn predictions(
    args: &Args<'_>,
    subject: &Subject,
    set: &Dataset,
    split: &Split,
    inputs: Option<&Inputs>,
) -> Result<String, Error> {
    let classes = match subject {
        // It counts against labels, which nothing reads here.
        Subject::Float(floats) => {
            let labels = vec![0; split.images.len()];
            (floats.judge)(args.net, set, &Split { labels, ..split.clone() })?.predicted
        }
        Subject::Integers(net) => eval::predict(net, &split.images)?,
    };
    let named = |class: usize| inputs.and_then(|inputs| inputs.class(class)).map(str::to_owned);
    let lines = classes.into_iter().enumerate();
    let lines = lines.map(|(image, class)| Prediction { image, class, name: named(class) });
    let report = Predictions {
        net: name(args.net),
        kind: kind(args),
        data: args.data.to_string(),
        images: split.images.len(),
        early: EarlyLine::asked(args, subject, split)?,
        predictions: lines.collect(),
    };
    if args.json {
        return Ok(serde_json::to_string(&report).unwrap_or_default());
    }
    let Predictions { net, kind, data, images, early, predictions } = report;
    let mut text = format!("{net} in {kind}, {images} rows of {data}, without labels\n\n");
    text += "row    class\n";
    for Prediction { image, class, name } in predictions {
        let class = name.unwrap_or_else(|| class.to_string());
        text += &format!("{image:<5}  {class}\n");
    }
    text += &early.iter().map(EarlyLine::to_string).collect::<String>();
    Ok(text)
}
