//! The episodes of one step.

use burn::tensor::backend::AutodiffBackend;
use burn::tensor::{Tensor, TensorData};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::LearnerPlan;
use crate::clip::Channel;
use crate::model::{FRAME_RATE, Network, STYLE_DIMENSIONS};
use crate::speaker::material::Material;
use crate::training::{Breadth, Dataset, Episode, Performer, Robustness};

/// Episodes per step.
const EPISODES: usize = 4;
/// Output frames of a query.
const QUERY: usize = 5 * FRAME_RATE as usize;
/// Output frames of a support: 2 to 30 s.
const SUPPORT: [usize; 2] = [2 * FRAME_RATE as usize, 30 * FRAME_RATE as usize];

/// Episodes of several performers, side by side.
pub(super) struct Drawn<A: AutodiffBackend> {
    pub(super) support: Material<A::InnerBackend>,
    pub(super) query: Material<A::InnerBackend>,
    /// The performers' styles in standard deviations `[episodes, STYLE_DIMENSIONS]`.
    pub(super) style: Tensor<A, 2>,
}

impl<A: AutodiffBackend> Drawn<A> {
    /// The episodes of one step, the same however often a run is resumed; none if the data set is
    /// empty.
    pub(super) fn new(
        plan: &LearnerPlan,
        data: &Dataset,
        network: &Network<A::InnerBackend>,
        step: usize,
        device: &A::Device,
    ) -> Option<Self> {
        let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
        rng.set_stream(step as u64);
        let [least, most] = SUPPORT.map(|frames| (frames as f32).ln());
        let frames = [rng.random_range(least..most).exp() as usize, QUERY];
        let robustness = match plan.robust {
            true => Robustness::Robust,
            false => Robustness::Clean,
        };
        let (mut episodes, mut styles) = (Vec::new(), Vec::new());
        for _ in 0..EPISODES {
            let performer = Performer::sample(Breadth::Usual, &mut rng);
            styles.extend(performer.style.to_vector());
            let episode = Episode::draw(data, &performer, frames, robustness, &mut rng);
            episodes.push(episode?);
        }
        let supports: Vec<_> = episodes.iter().map(|episode| &episode.support).collect();
        let queries: Vec<_> = episodes.iter().map(|episode| &episode.query).collect();
        let observed: Vec<_> = episodes.iter().map(|episode| episode.observed).collect();
        let all = [[true; Channel::BLENDSHAPE_COUNT]; EPISODES];
        let styles = TensorData::new(styles, [EPISODES, STYLE_DIMENSIONS]);
        Some(Self {
            support: Material::new(network, &supports, &observed, device),
            query: Material::new(network, &queries, &all, device),
            style: Tensor::from_data(styles, device),
        })
    }
}
