// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCore/Voice.h"

#include "Library.h"

namespace MetaFaceCore
{
	namespace
	{
		metaface::Options LibraryOptions(const FHow& How)
		{
			metaface::Options Options;
			Options.rate = {How.Rate.Numerator, How.Rate.Denominator};
			Options.seed = How.Seed;
			Options.strength = How.Strength;
			Options.liveliness = How.Liveliness;
			Options.gains = How.Gains;
			Options.smoothing = How.Smoothing;
			Options.head = How.bHead;
			Options.eyes = How.bEyes;
			Options.name = How.Name;
			return Options;
		}

		TOutcome<std::vector<float>> Rows(metaface::Result<std::vector<float>> Result)
		{
			if (!Result)
			{
				return FailedBy<std::vector<float>>(Result.error());
			}
			return *std::move(Result);
		}
	}

	struct FVoiceStream::FImpl
	{
		metaface::Stream Stream;
	};

	FVoiceStream::FVoiceStream(std::unique_ptr<FImpl> InImpl) : Impl(std::move(InImpl)) {}
	FVoiceStream::FVoiceStream(FVoiceStream&&) noexcept = default;
	FVoiceStream& FVoiceStream::operator=(FVoiceStream&&) noexcept = default;
	FVoiceStream::~FVoiceStream() = default;

	TOutcome<std::vector<float>> FVoiceStream::Push(const float* Samples, size_t Count)
	{
		return Guarded<std::vector<float>>([&] { return Rows(Impl->Stream.try_push(Samples, Count)); });
	}

	TOutcome<std::vector<float>> FVoiceStream::Finish()
	{
		return Guarded<std::vector<float>>([&] { return Rows(Impl->Stream.try_finish()); });
	}

	struct FVoice::FImpl
	{
		metaface::Animator Animator;
	};

	TOutcome<FVoice> FVoice::Open()
	{
		return Guarded<FVoice>([]() -> TOutcome<FVoice> {
			auto Animator = metaface::Animator::try_open();
			if (!Animator)
			{
				return FailedBy<FVoice>(Animator.error());
			}
			FVoice Voice;
			Voice.Impl = std::make_shared<const FImpl>(FImpl{*Animator});
			return Voice;
		});
	}

	TOutcome<FVoice> FVoice::SpeakingAs(const uint8_t* SpeakerFile, size_t Count, float Strength) const
	{
		return Guarded<FVoice>([&]() -> TOutcome<FVoice> {
			auto Speaker = metaface::Speaker::try_from_bytes(SpeakerFile, Count);
			if (!Speaker)
			{
				return FailedBy<FVoice>(Speaker.error());
			}
			auto Animator = Impl->Animator.try_speaking_as(*Speaker, Strength);
			if (!Animator)
			{
				return FailedBy<FVoice>(Animator.error());
			}
			FVoice Voice;
			Voice.Impl = std::make_shared<const FImpl>(FImpl{*Animator});
			return Voice;
		});
	}

	TOutcome<FTake> FVoice::Animate(
		const FPcm& Pcm, const FHow& How, const FCurveNames& Names, const FProgress& Progress) const
	{
		return Guarded<FTake>([&]() -> TOutcome<FTake> {
			auto Sound = metaface::Sound::try_from_samples(Pcm.Samples.data(), Pcm.Samples.size(), Pcm.Rate, Pcm.Channels);
			if (!Sound)
			{
				return FailedBy<FTake>(Sound.error());
			}
			auto Clip = Impl->Animator.try_animate(*Sound, LibraryOptions(How), Progress);
			if (!Clip)
			{
				return FailedBy<FTake>(Clip.error());
			}
			return Named(*Clip, Names);
		});
	}

	TOutcome<FVoiceStream> FVoice::Stream(const FHow& How) const
	{
		return Guarded<FVoiceStream>([&]() -> TOutcome<FVoiceStream> {
			auto Stream = Impl->Animator.try_stream(LibraryOptions(How));
			if (!Stream)
			{
				return FailedBy<FVoiceStream>(Stream.error());
			}
			return FVoiceStream(std::make_unique<FVoiceStream::FImpl>(FVoiceStream::FImpl{*std::move(Stream)}));
		});
	}

	TOutcome<FTake> ReadClip(const std::filesystem::path& File, const FCurveNames& Names, std::optional<FRate> Rate)
	{
		return Guarded<FTake>([&]() -> TOutcome<FTake> {
			metaface::ReadOptions Options;
			if (Rate)
			{
				Options.rate = metaface::FrameRate{Rate->Numerator, Rate->Denominator};
			}
			auto Clip = metaface::Clip::try_open(File, Options);
			return Clip ? Named(*Clip, Names) : FailedBy<FTake>(Clip.error());
		});
	}

	TOutcome<FRate> ParseRate(const std::string& Text)
	{
		return Guarded<FRate>([&]() -> TOutcome<FRate> {
			auto Rate = metaface::FrameRate::try_parse(Text);
			if (!Rate)
			{
				return FailedBy<FRate>(Rate.error());
			}
			return FRate{Rate->numerator, Rate->denominator};
		});
	}

	std::string LibraryVersion()
	{
		return metaface::version();
	}

	static_assert(StreamSampleRate == metaface::Sound::rate);
	static_assert(StreamRate.Numerator == metaface::Stream::rate);
	static_assert(ChannelCount == metaface::channel_count);
}
