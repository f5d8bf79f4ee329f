//! Early answers: a run that stops as soon as its class can't change.

use super::{Golden, Outcome, Run, Update, classify};

/// A class, and the time steps that it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Early {
    /// The class, always that of the whole run.
    pub class: usize,
    /// Time steps that were run, of T.
    pub steps: u32,
}

impl Golden<'_> {
    /// Runs one image until its class is decided.
    ///
    /// With `left` time steps to go no neuron j gains more than [`most_spikes`](crate::neuron::Neurons::most_spikes)
    /// in them, `left` where it never rests. So the class is i as soon as
    ///
    /// ```text
    /// count(i) > count(j) + most_j(left)      for all j other than i
    /// ```
    ///
    /// since counts never fall. A count that could still be equal is not enough: a tie goes to the larger membrane, which
    /// is known at the end alone, and there the readout of the contract decides.
    ///
    /// # Panics
    /// As [`Golden::infer`].
    pub fn infer_early(&self, image: &[u8]) -> Early {
        let (outcome, steps) = self.infer_early_observed(image, |_| ());
        Early { class: outcome.class, steps }
    }

    /// The same, and it shows every neuron at every step that is run, as [`Golden::infer_observed`] does. Counts and
    /// membranes are those after the last of these steps, of which it gives the number.
    ///
    /// # Panics
    /// As [`Golden::infer`].
    pub fn infer_early_observed(
        &self,
        image: &[u8],
        mut observe: impl FnMut(Update),
    ) -> (Outcome, u32) {
        let spec = &self.net.spec;
        assert_eq!(image.len(), spec.inputs(), "one pixel an input");
        let mut run = self.begin();
        let mut counts = vec![0; spec.classes()];
        let (steps, mut done) = (spec.time.steps, 0);
        while done < steps {
            self.step(&mut run, image, done, &mut counts, &mut observe);
            done += 1;
            if self.decided(&run, &counts, steps - done).is_some() {
                break;
            }
        }
        let membranes = self.membranes(&run);
        (Outcome { class: classify(&counts, &membranes), counts, membranes }, done)
    }

    /// The class that none can catch in the steps that are left.
    fn decided(&self, run: &Run, counts: &[u32], left: u32) -> Option<usize> {
        let leader = counts.iter().enumerate().max_by_key(|(_, count)| **count)?.0;
        let last = self.layers.len() - 1;
        let neurons = &self.layers[last].as_ref()?.neurons;
        let others = counts.iter().zip(&run.states[last]).enumerate();
        let mut others = others.filter(|(at, _)| *at != leader);
        let behind =
            |(_, (count, state))| count + neurons.most_spikes(state, left) < counts[leader];
        others.all(behind).then_some(leader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use crate::sc::network::Schedule;
    use crate::spec::{Net, arbitrary, example};
    use std::path::Path;

    /// The class is that of the whole run, and no run stops before another class could still have won: had it been
    /// stopped a step earlier, some neuron could have come level.
    fn held(net: &Net, image: &[u8]) -> u32 {
        let golden = Golden::new(net, Schedule::Planes);
        let mut fired = vec![vec![0_u32; net.spec.classes()]; net.spec.time.steps as usize];
        let last = net.spec.layers.len() - 1;
        let whole = golden.infer_observed(image, |update| {
            if update.layer == last {
                fired[update.step as usize][update.neuron] = update.fired.into();
            }
        });
        let early = golden.infer_early(image);
        assert_eq!(early.class, whole.class);
        // Without rests, by the definition: counts after each step, and the steps that are left.
        if net.spec.neuron.refractory == 0 && net.spec.neurons.is_empty() {
            let mut counts = vec![0; net.spec.classes()];
            let steps = net.spec.time.steps;
            let ends = fired.iter().zip(1_u32..).position(|(fired, done)| {
                counts.iter_mut().zip(fired).for_each(|(count, spike)| *count += spike);
                (0..counts.len()).any(|i| {
                    (0..counts.len()).all(|j| j == i || counts[i] > counts[j] + steps - done)
                })
            });
            assert_eq!(early.steps, ends.map_or(steps, |at| at as u32 + 1));
        }
        early.steps
    }

    #[test]
    fn the_digits_are_answered_early_and_alike() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("nets");
        for name in ["digits", "digits-tiny", "digits-delay", "digits-recurrent"] {
            let net = Net::load(&root.join(name)).unwrap();
            let test = data::digits().test;
            let steps: Vec<u32> = test.images.iter().map(|image| held(&net, image)).collect();
            let fewer = steps.iter().filter(|steps| **steps < net.spec.time.steps).count();
            assert!(fewer > 180, "{name}: {fewer} of 360 are early");
        }
    }

    #[test]
    fn networks_of_all_kinds_are_answered_alike() {
        let (mut early, mut whole) = (0, 0);
        for seed in 0..300 {
            let net = arbitrary(seed);
            let mut random = crate::random::Random::new(seed);
            let image: Vec<u8> =
                (0..net.spec.inputs()).map(|_| random.corner_value(8) as u8).collect();
            let steps = held(&net, &image);
            *(if steps < net.spec.time.steps { &mut early } else { &mut whole }) += 1;
        }
        assert!(early > 20 && whole > 20, "{early} and {whole}");
    }

    #[test]
    fn one_class_has_nobody_to_wait_for() {
        assert_eq!(held(&example(&[20, 1]), &[0; 20]), 1);
    }

    /// A neuron that fires at steps 0 and 8 leads by two, and the other, which may rest as long, gains one at most.
    #[test]
    fn rests_count() {
        let mut net = example(&[1, 2]);
        net.spec.layers[0].threshold = 10;
        (net.layers[0].weights, net.layers[0].biases) = (vec![15, 0], vec![0, 0]);
        let steps = |net: &Net| Golden::new(net, Schedule::Planes).infer_early(&[255]);
        // Firing always it leads by 9 with 7 to go.
        assert_eq!(steps(&net), Early { class: 0, steps: 9 });
        net.spec.neuron.refractory = 7;
        assert_eq!(steps(&net), Early { class: 0, steps: 9 });
        // Where it fires once, the other could come level in the last step.
        net.spec.neuron.refractory = 15;
        assert_eq!(steps(&net), Early { class: 0, steps: 16 });
    }
}
