// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCore/Live.h"

#include "Library.h"

namespace MetaFaceCore
{
	FLive::FLive(std::unique_ptr<FImpl> InImpl) : Impl(std::move(InImpl)) {}
	FLive::FLive(FLive&&) noexcept = default;
	FLive& FLive::operator=(FLive&&) noexcept = default;
	FLive::~FLive() = default;

	const FCurveNames& FLive::Names() const
	{
		return Impl->Names;
	}

	void FLive::Push(const float* Samples, size_t Frames, uint32_t Rate, uint16_t Channels)
	{
		// Dropped sound is counted by the library.
		Impl->Live.push(Samples, Frames, Rate, Channels);
	}

	void FLive::Close()
	{
		Impl->Live.close();
	}

	double FLive::Now() const
	{
		return Impl->Live.now();
	}

	TOutcome<FLiveFace> FLive::FaceAt(double Seconds) const
	{
		return Guarded<FLiveFace>([&]() -> TOutcome<FLiveFace> {
			const auto Face = Impl->Live.try_face_at(Seconds);
			if (!Face)
			{
				return FailedBy<FLiveFace>(Face.error());
			}
			if (Face->state == metaface::LiveState::waiting)
			{
				return FLiveFace{};
			}
			auto Values = Impl->Names.Values(Face->values.data(), 1);
			if (!Values)
			{
				return TOutcome<FLiveFace>::Failed(Values.Error());
			}
			return FLiveFace{std::move(*Values), Face->state == metaface::LiveState::ended};
		});
	}

	void FPlaybackClock::Advance(double DeltaSeconds)
	{
		metaface::PlaybackClock Clock(Seconds);
		Clock.advance(DeltaSeconds);
		Seconds = Clock.position();
	}

	void FPlaybackClock::Synchronise(double SoundSeconds)
	{
		metaface::PlaybackClock Clock(Seconds);
		Clock.synchronise(SoundSeconds);
		Seconds = Clock.position();
	}
}
