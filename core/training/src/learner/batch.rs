//! The random episodes of one training step.

use burn::tensor::backend::AutodiffBackend;
use burn::tensor::{Tensor, TensorData};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::LearnerPlan;
use crate::{Breadth, Dataset, Episode, Performer, Robustness};
use metaface_clip::Channel;
use metaface_core::model::{FRAME_RATE, Network, STYLE_DIMENSIONS};
use metaface_core::speaker::learning_batch::LearningBatch;

/// Episodes per step.
const EPISODES: usize = 4;
/// Output frames of a query: 5 s.
const QUERY_FRAMES: usize = 5 * FRAME_RATE as usize;
/// Range of the output frames of a support: 2 to 30 s.
const SUPPORT_FRAMES: [usize; 2] = [2 * FRAME_RATE as usize, 30 * FRAME_RATE as usize];

/// A batch of episodes, each of another performer.
pub(super) struct EpisodeBatch<A: AutodiffBackend> {
    pub(super) support: LearningBatch<A::InnerBackend>,
    pub(super) query: LearningBatch<A::InnerBackend>,
    /// The performers' styles in standard deviations `[episodes, STYLE_DIMENSIONS]`.
    pub(super) style: Tensor<A, 2>,
}

impl<A: AutodiffBackend> EpisodeBatch<A> {
    /// Draws the episodes of one step; they depend only on the seed and the step. `None` if the
    /// data set is empty.
    pub(super) fn new(
        plan: &LearnerPlan,
        data: &Dataset,
        network: &Network<A::InnerBackend>,
        step: usize,
        device: &A::Device,
    ) -> Option<Self> {
        let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
        rng.set_stream(step as u64);
        let [least, most] = SUPPORT_FRAMES.map(|frames| (frames as f32).ln());
        let frames = [rng.random_range(least..most).exp() as usize, QUERY_FRAMES];
        let robustness = if plan.robust {
            Robustness::Robust
        } else {
            Robustness::Clean
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
            support: LearningBatch::new(network, &supports, &observed, device),
            query: LearningBatch::new(network, &queries, &all, device),
            style: Tensor::from_data(styles, device),
        })
    }
}
