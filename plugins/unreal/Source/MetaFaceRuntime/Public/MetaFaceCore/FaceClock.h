// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <algorithm>
#include <cmath>

namespace MetaFaceCore
{
	/**
	 * Keeps a face with its sound: the game's clock moves it evenly, what the audio engine tells now
	 * and then draws it near, and a jump (a hitch, a seek) is followed at once.
	 */
	class FFaceClock
	{
	public:
		double Now() const { return Seconds; }
		void Restart() { Seconds = 0.0; }
		void Advance(double DeltaSeconds) { Seconds += std::max(0.0, DeltaSeconds); }

		/** Where the sound is, as the audio engine says. */
		void Hear(double SoundSeconds)
		{
			if (!std::isfinite(SoundSeconds))
			{
				return;
			}
			const double Apart = SoundSeconds - Seconds;
			Seconds += std::abs(Apart) > Jump ? Apart : Apart * Pull;
		}

	private:
		/** More than this apart is seen. */
		static constexpr double Jump = 0.1;
		static constexpr double Pull = 0.1;
		double Seconds = 0.0;
	};
}
