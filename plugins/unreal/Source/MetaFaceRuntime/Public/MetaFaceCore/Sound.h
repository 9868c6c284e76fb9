// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "MetaFaceCore/Outcome.h"

namespace MetaFaceCore
{
	/** A sound in memory. Immutable and cheap to copy, so all threads may share it. */
	class METAFACERUNTIME_API FSound
	{
	public:
		/** Takes interleaved samples of any rate; full scale is 1. */
		static TOutcome<FSound> FromSamples(const float* Samples, size_t Count, uint32_t Rate, uint16_t Channels);
		/** Takes the bytes of 16-bit samples, as an imported sound asset holds them. */
		static TOutcome<FSound> FromPcm16(const uint8_t* Bytes, size_t Count, uint32_t Rate, uint16_t Channels);

		/** The samples as 16 kHz mono. */
		const float* Samples() const;
		size_t Count() const;

	private:
		friend class FAnimator;
		struct FImpl;
		std::shared_ptr<const FImpl> Impl;
	};
}
