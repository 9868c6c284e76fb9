// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCore/Sound.h"

#include "Library.h"

namespace MetaFaceCore
{
	TOutcome<FSound> FSound::FromSamples(const float* Samples, size_t Count, uint32_t Rate, uint16_t Channels)
	{
		return Guarded<FSound>([&]() -> TOutcome<FSound> {
			auto Sound = metaface::Sound::try_from_samples(Samples, Count, Rate, Channels);
			if (!Sound)
			{
				return FailedBy<FSound>(Sound.error());
			}
			FSound Opened;
			Opened.Impl = std::make_shared<const FImpl>(FImpl{*Sound});
			return Opened;
		});
	}

	TOutcome<FSound> FSound::FromPcm16(const uint8_t* Bytes, size_t Count, uint32_t Rate, uint16_t Channels)
	{
		return Guarded<FSound>([&]() -> TOutcome<FSound> {
			auto Sound = metaface::Sound::try_from_pcm16(Bytes, Count, Rate, Channels);
			if (!Sound)
			{
				return FailedBy<FSound>(Sound.error());
			}
			FSound Opened;
			Opened.Impl = std::make_shared<const FImpl>(FImpl{*Sound});
			return Opened;
		});
	}

	const float* FSound::Samples() const
	{
		return Impl->Sound.samples();
	}

	size_t FSound::Count() const
	{
		return Impl->Sound.size();
	}
}
