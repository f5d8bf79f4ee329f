//! Errors of export: float parameters that no integer stands for.

/// What is wrong with a float layer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A float weight or bias is no number, so no integer stands for it.
    #[error("layer {layer}: {what} {at} is {value}")]
    NotFinite {
        /// Layer, from 0.
        layer: usize,
        /// "weight" or "bias".
        what: &'static str,
        /// Its place in the layer, row-major.
        at: usize,
        /// Its value.
        value: f32,
    },
    /// A layer without weights has no range to be scaled by.
    #[error("layer {layer} has no weights")]
    Empty {
        /// Layer, from 0.
        layer: usize,
    },
    /// A weight has no unipolar code of that many bits.
    #[error("{bits} bits are no width of a weight")]
    Bits {
        /// The bits asked for.
        bits: u32,
    },
    /// A neuron's threshold cannot be folded into its weights.
    #[error("neuron {neuron} has threshold {value}")]
    Threshold {
        /// Neuron, from 0.
        neuron: usize,
        /// Its threshold.
        value: f32,
    },
    /// A leak that is none: the membrane would grow or change its sign.
    #[error("a membrane cannot decay by the factor {beta}")]
    Leak {
        /// The factor a step.
        beta: f64,
    },
    /// A network without some of its neurons does not answer as it did with them.
    #[error("image {image}: without the neurons that were taken out the network answers otherwise")]
    Unlike {
        /// The image, from 0.
        image: usize,
    },
}

impl ExportError {
    /// The stable code, for scripts and searches.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFinite { .. } => "spikestream::export::not-finite",
            Self::Empty { .. } => "spikestream::export::empty",
            Self::Bits { .. } => "spikestream::export::bits",
            Self::Threshold { .. } => "spikestream::export::threshold",
            Self::Leak { .. } => "spikestream::export::leak",
            Self::Unlike { .. } => "spikestream::export::unlike",
        }
    }

    /// The layer that is wrong, from 0, where one is.
    pub fn layer(&self) -> Option<usize> {
        match self {
            Self::NotFinite { layer, .. } | Self::Empty { layer } => Some(*layer),
            Self::Bits { .. }
            | Self::Threshold { .. }
            | Self::Leak { .. }
            | Self::Unlike { .. } => None,
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::NotFinite { .. } => {
                "train again with a lower learning rate, or correct the weights that are exported"
            }
            Self::Empty { .. } => "give every layer at least one input and one neuron",
            Self::Bits { .. } => "choose 1 to 7 bits",
            Self::Threshold { .. } => {
                "give every neuron a finite threshold above 0, or train again with a lower \
                 learning rate for the thresholds"
            }
            Self::Leak { .. } => "give a factor beta of 0 to 1",
            Self::Unlike { .. } => "take out only neurons that fire on none of these images",
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_layer_and_says_what_to_do() {
        let nan = ExportError::NotFinite { layer: 2, what: "weight", at: 4, value: f32::NAN };
        let cases = [
            (nan, Some(2), "lower learning rate"),
            (ExportError::Empty { layer: 3 }, Some(3), "one input and one neuron"),
            (ExportError::Bits { bits: 9 }, None, "1 to 7"),
            (ExportError::Threshold { neuron: 1, value: 0.0 }, None, "threshold above 0"),
            (ExportError::Leak { beta: 1.5 }, None, "0 to 1"),
            (ExportError::Unlike { image: 4 }, None, "fire on none"),
        ];
        for (error, layer, help) in cases {
            assert_eq!(error.layer(), layer, "{error}");
            assert!(error.remedy().contains(help), "{error}: {}", error.remedy());
        }
    }
}
