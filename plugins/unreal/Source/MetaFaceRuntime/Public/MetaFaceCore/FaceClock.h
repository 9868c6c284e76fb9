// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <algorithm>
#include <cmath>

namespace MetaFaceCore
{
	/**
	 * Synchronises the face with its sound. The game's clock advances it evenly; the positions that the
	 * audio engine reports now and then correct the drift, and a jump (a hitch, a seek) is followed at once.
	 */
	class FFaceClock
	{
	public:
		double Now() const { return Seconds; }
		void Restart() { Seconds = 0.0; }
		void Advance(double DeltaSeconds) { Seconds += std::max(0.0, DeltaSeconds); }

		/** Takes a playback position from the audio engine. */
		void Synchronise(double SoundSeconds)
		{
			if (!std::isfinite(SoundSeconds))
			{
				return;
			}
			const double Offset = SoundSeconds - Seconds;
			Seconds += std::abs(Offset) > LargestDrift ? Offset : Offset * Correction;
		}

	private:
		/** Seconds. A larger offset is visible, so it is removed at once. */
		static constexpr double LargestDrift = 0.1;
		/** The fraction of a smaller offset that one report removes. */
		static constexpr double Correction = 0.1;
		double Seconds = 0.0;
	};
}
