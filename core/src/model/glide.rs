//! Movement from one place to the next, as muscles make it: by minimum jerk.

use super::prosody::FRAME_SECONDS;

/// A value that glides to its goals, sampled at [`PROSODY_HZ`](super::prosody::PROSODY_HZ).
///
/// The path is the polynomial of fifth degree that has the least jerk (Flash and Hogan, J.
/// Neurosci. 5, 1985) between the present position, velocity and acceleration and rest at the
/// goal, so that position, velocity and acceleration are continuous even when the goal changes on
/// the way. From rest, a way `d` in `t` seconds reaches a speed of `1.875 d / t` and an
/// acceleration of `5.77 d / t^2`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Glide {
    goal: f32,
    /// Coefficients of the path over the share of the time that has passed, constant term first.
    path: [f32; 6],
    /// Of the present glide, in seconds; zero at rest.
    duration: f32,
    age: f32,
}

impl Glide {
    /// Heads for a goal that will be reached in so many seconds.
    pub(crate) fn go(&mut self, goal: f32, seconds: f32) {
        let seconds = seconds.max(2.0 * FRAME_SECONDS);
        let [position, velocity, acceleration] = self.state();
        let (v, a) = (velocity * seconds, acceleration * seconds * seconds);
        let way = goal - position;
        *self = Self {
            goal,
            path: [
                position,
                v,
                0.5 * a,
                10.0 * way - 6.0 * v - 1.5 * a,
                -15.0 * way + 8.0 * v + 1.5 * a,
                6.0 * way - 3.0 * v - 0.5 * a,
            ],
            duration: seconds,
            age: 0.0,
        };
    }

    /// The value one frame later.
    pub(crate) fn next(&mut self) -> f32 {
        self.age += FRAME_SECONDS;
        if self.has_arrived() {
            self.duration = 0.0;
        }
        self.state()[0]
    }

    /// Whether the goal is reached.
    pub(crate) fn has_arrived(&self) -> bool {
        self.age >= self.duration
    }

    /// Position, and its first and second derivatives by time.
    fn state(&self) -> [f32; 3] {
        if self.has_arrived() {
            return [self.goal, 0.0, 0.0];
        }
        let [c0, c1, c2, c3, c4, c5] = self.path;
        let (x, t) = (self.age / self.duration, self.duration);
        let position = c0 + x * (c1 + x * (c2 + x * (c3 + x * (c4 + x * c5))));
        let first = c1 + x * (2.0 * c2 + x * (3.0 * c3 + x * (4.0 * c4 + x * 5.0 * c5)));
        let second = 2.0 * c2 + x * (6.0 * c3 + x * (12.0 * c4 + x * 20.0 * c5));
        [position, first / t, second / (t * t)]
    }
}

/// How long the parts of a [`Stroke`] take, in seconds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Timing {
    pub(crate) rise: f32,
    pub(crate) hold: f32,
    pub(crate) fall: f32,
}

/// A gesture: out, a short stay, and back to zero. A new one takes over from where it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stroke {
    glide: Glide,
    timing: Timing,
    rising: bool,
}

impl Stroke {
    pub(crate) fn strike(&mut self, size: f32, timing: Timing) {
        self.glide.go(size, timing.rise);
        self.timing = timing;
        self.rising = true;
    }

    /// The value one frame later.
    pub(crate) fn next(&mut self) -> f32 {
        if self.rising && self.glide.has_arrived() {
            self.timing.hold -= FRAME_SECONDS;
            if self.timing.hold <= 0.0 {
                self.rising = false;
                self.glide.go(0.0, self.timing.fall);
            }
        }
        self.glide.next()
    }
}

#[cfg(test)]
mod tests {
    use super::{FRAME_SECONDS, Glide, Stroke, Timing};

    #[test]
    fn a_glide_arrives_in_time_with_the_speed_of_minimum_jerk() {
        let mut glide = Glide::default();
        glide.go(2.0, 0.8);
        let path: Vec<f32> = (0..50).map(|_| glide.next()).collect();
        let speeds = path
            .windows(2)
            .map(|pair| (pair[1] - pair[0]) / FRAME_SECONDS);
        let fastest = speeds.fold(0.0, f32::max);
        assert!((fastest - 1.875 * 2.0 / 0.8).abs() < 0.05, "{fastest}");
        assert!(path.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(path[20] > 1.0 && path[20] < 1.3);
        assert_eq!(path[40..], [2.0; 10]);
    }

    #[test]
    fn a_change_of_mind_on_the_way_is_no_jerk() {
        let mut glide = Glide::default();
        glide.go(1.0, 0.5);
        let mut path: Vec<f32> = (0..12).map(|_| glide.next()).collect();
        glide.go(-1.0, 0.6);
        path.extend((0..40).map(|_| glide.next()));
        let speeds: Vec<f32> = path
            .windows(2)
            .map(|p| (p[1] - p[0]) / FRAME_SECONDS)
            .collect();
        for pair in speeds.windows(2) {
            let acceleration = (pair[1] - pair[0]) / FRAME_SECONDS;
            assert!(acceleration.abs() < 60.0, "{acceleration}");
        }
        assert_eq!(path.last(), Some(&-1.0));
    }

    #[test]
    fn a_stroke_goes_out_stays_and_comes_back() {
        let mut stroke = Stroke::default();
        let timing = Timing {
            rise: 0.2,
            hold: 0.1,
            fall: 0.4,
        };
        stroke.strike(0.3, timing);
        let path: Vec<f32> = (0..40).map(|_| stroke.next()).collect();
        let held = path.iter().filter(|value| **value == 0.3).count();
        assert!((4..=7).contains(&held), "{held}");
        assert_eq!(path[39], 0.0);
    }
}
