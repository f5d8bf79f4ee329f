//! The shape that each node passes on.

use super::NirError;
use super::inline::Inlined;
use super::order::Order;
use super::part::{Conv, Flatten, Part, alike, units};

/// A shape, where it is known.
type Known = Option<Vec<usize>>;

/// The most units of a node.
const MOST_UNITS: usize = 1 << 20;

/// The shape of what each node passes on; of one that leads nowhere none.
///
/// # Errors
/// A node whose shape does not go with what it hears.
pub(super) fn shapes(all: &Inlined, order: &Order) -> Result<Vec<Vec<usize>>, NirError> {
    let mut known: Vec<Known> = vec![None; all.names.len()];
    // What is heard of the step before stands further behind, so once is not enough.
    loop {
        let mut news = false;
        for &node in &order.nodes {
            if known[node].is_none() {
                let heard = order.heard[node].iter().find_map(|(from, _)| known[*from].as_ref());
                known[node] = passed(all, node, heard)?;
                news |= known[node].is_some();
            }
        }
        if !news {
            break;
        }
    }
    for &node in &order.nodes {
        for (from, _) in &order.heard[node] {
            let (name, other) = (&all.names[node], &all.names[*from]);
            let Some(heard) = &known[*from] else {
                return Err(NirError::shape(name, format!("hears `{other}`, of no known shape")));
            };
            let again = passed(all, node, Some(heard))?;
            let own = known[node].as_deref().unwrap_or_default();
            if !again.as_ref().is_some_and(|again| alike(again, own)) {
                let what = format!("has the shape {own:?}, and hears {heard:?} of `{other}`");
                return Err(NirError::shape(name, what));
            }
        }
    }
    Ok(known.into_iter().map(Option::unwrap_or_default).collect())
}

/// What a node passes on of a shape that it hears; none where that must be known first.
fn passed(all: &Inlined, node: usize, heard: Option<&Vec<usize>>) -> Result<Known, NirError> {
    let name = &all.names[node];
    let part = &all.parts[node];
    let wrong = |heard: &[usize], takes: &dyn std::fmt::Debug| {
        NirError::shape(name, format!("takes the shape {takes:?} and hears {heard:?}"))
    };
    let own = |own: &[usize]| match heard {
        Some(heard) if alike(heard, own) => Ok(Some(heard.clone())),
        Some(heard) if units(own) == 1 => Ok(Some(heard.clone())),
        Some(heard) => Err(wrong(heard, &own)),
        None if units(own) == 1 => Ok(None),
        None => Ok(Some(own.to_vec())),
    };
    let result = match part {
        Part::Input(shape) => Ok(Some(shape.clone())),
        Part::Output(shape) => match heard {
            Some(heard) if alike(heard, shape) => Ok(Some(heard.clone())),
            Some(heard) => Err(wrong(heard, shape)),
            None => Ok(None),
        },
        Part::Pass => Ok(heard.cloned()),
        Part::Dense(dense) => match heard {
            Some(heard) if !alike(heard, &[dense.columns]) => Err(wrong(heard, &[dense.columns])),
            _ => Ok(Some(vec![dense.rows])),
        },
        Part::Conv(conv) => heard.map(|heard| of_conv(name, conv, heard)).transpose(),
        Part::Scale(of) | Part::Delay(of) => own(&of.shape),
        Part::Neuron(neuron) => own(&neuron.shape),
        Part::Flatten(flatten) => heard.map(|heard| of_flatten(name, *flatten, heard)).transpose(),
        Part::Pool(pool) => {
            let windows = [0, 1].map(|axis| Window {
                kernel: pool.kernel[axis],
                stride: pool.stride[axis],
                padding: pool.padding[axis],
                dilation: 1,
            });
            let of = |heard: &Vec<usize>| match image(heard, 3)[..] {
                [channels, height, width] => stops(name, windows, channels, [height, width]),
                _ => Err(wrong(heard, &"[channels, rows, columns]")),
            };
            heard.map(of).transpose()
        }
    }?;
    match &result {
        Some(shape) if units(shape) == 0 || units(shape) > MOST_UNITS => {
            let what = format!("would have the shape {shape:?}, of 1 to {MOST_UNITS} units");
            Err(NirError::shape(name, what))
        }
        _ => Ok(result),
    }
}

/// A shape without axes of length 1 in front of so many others.
pub(super) fn image(shape: &[usize], axes: usize) -> &[usize] {
    let more = shape.len().saturating_sub(axes);
    if shape[..more].iter().all(|n| *n == 1) { &shape[more..] } else { shape }
}

fn of_conv(name: &str, conv: &Conv, heard: &[usize]) -> Result<Vec<usize>, NirError> {
    let axes = if conv.flat { 2 } else { 3 };
    let volume = match image(heard, axes)[..] {
        [channels, width] if conv.flat => Some([channels, 1, width]),
        [channels, height, width] if !conv.flat => Some([channels, height, width]),
        _ => None,
    };
    let takes = conv.seen.saturating_mul(conv.groups);
    let Some([_, height, width]) = volume.filter(|volume| volume[0] == takes) else {
        let what = format!("takes {takes} channels of {} axes and hears {heard:?}", axes - 1);
        return Err(NirError::shape(name, what));
    };
    let windows = [0, 1].map(|axis| Window {
        kernel: conv.kernel[axis],
        stride: conv.stride[axis],
        padding: conv.padding[axis],
        dilation: conv.dilation[axis],
    });
    let mut shape = stops(name, windows, conv.channels, [height, width])?;
    if conv.flat {
        shape.remove(1);
    }
    Ok(shape)
}

fn of_flatten(name: &str, flatten: Flatten, heard: &[usize]) -> Result<Vec<usize>, NirError> {
    let axes = heard.len() as i64;
    let place = |axis: i64| if axis < 0 { axis + axes } else { axis };
    let (first, last) = (place(flatten.first), place(flatten.last));
    if first < 0 || last >= axes || first > last {
        let what =
            format!("joins the axes {} to {} and hears {heard:?}", flatten.first, flatten.last);
        return Err(NirError::shape(name, what));
    }
    let (first, last) = (first as usize, last as usize);
    let joined = units(&heard[first..=last]);
    Ok(heard[..first]
        .iter()
        .copied()
        .chain([joined])
        .chain(heard[last + 1..].iter().copied())
        .collect())
}

/// A window along one axis.
#[derive(Clone, Copy)]
struct Window {
    kernel: usize,
    stride: usize,
    padding: usize,
    dilation: usize,
}

impl Window {
    fn stops(self, size: usize) -> Option<usize> {
        let padded = size.checked_add(self.padding.checked_mul(2)?)?;
        let reach = self.kernel.checked_sub(1)?.checked_mul(self.dilation)?.checked_add(1)?;
        Some(padded.checked_sub(reach)? / self.stride + 1)
    }
}

fn stops(
    name: &str,
    windows: [Window; 2],
    channels: usize,
    size: [usize; 2],
) -> Result<Vec<usize>, NirError> {
    let all = [0, 1].map(|axis| windows[axis].stops(size[axis]));
    let [Some(height), Some(width)] = all else {
        let kernel = windows.map(|window| window.kernel);
        let what =
            format!("has a kernel of {kernel:?}, larger than the {size:?} that it slides over");
        return Err(NirError::shape(name, what));
    };
    Ok(vec![channels, height, width])
}
