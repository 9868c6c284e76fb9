// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceCore/Animator.h"

#include "Library.h"

namespace MetaFaceCore
{
	namespace
	{
		metaface::Options LibraryOptions(const FAnimationOptions& Options)
		{
			metaface::Options Converted;
			// options:library (written by cargo xtask options)
			Converted.fps = {Options.FrameRate.Numerator, Options.FrameRate.Denominator};
			Converted.strength = Options.Strength;
			Converted.liveliness = Options.Liveliness;
			Converted.gains = Options.Gains;
			Converted.smoothing = Options.Smoothing;
			Converted.seed = Options.Seed;
			Converted.head = Options.bHead;
			Converted.eyes = Options.bEyes;
			// options:end
			Converted.name = Options.Name;
			return Converted;
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

	std::string FAnimationOptions::Text() const
	{
		std::string Joined;
		for (const auto& [Key, Value] : LibraryOptions(*this).values())
		{
			Joined += Key + '=' + Value + '\n';
		}
		return Joined;
	}

	struct FAnimatorStream::FImpl
	{
		metaface::Stream Stream;
	};

	FAnimatorStream::FAnimatorStream(std::unique_ptr<FImpl> InImpl) : Impl(std::move(InImpl)) {}
	FAnimatorStream::FAnimatorStream(FAnimatorStream&&) noexcept = default;
	FAnimatorStream& FAnimatorStream::operator=(FAnimatorStream&&) noexcept = default;
	FAnimatorStream::~FAnimatorStream() = default;

	TOutcome<std::vector<float>> FAnimatorStream::Push(const float* Samples, size_t Count)
	{
		return Guarded<std::vector<float>>([&] { return Rows(Impl->Stream.try_push(Samples, Count)); });
	}

	TOutcome<std::vector<float>> FAnimatorStream::Finish()
	{
		return Guarded<std::vector<float>>([&] { return Rows(Impl->Stream.try_finish()); });
	}

	struct FAnimator::FImpl
	{
		metaface::Animator Animator;
	};

	TOutcome<FAnimator> FAnimator::Open()
	{
		return Guarded<FAnimator>([]() -> TOutcome<FAnimator> {
			auto Animator = metaface::Animator::try_open();
			if (!Animator)
			{
				return FailedBy<FAnimator>(Animator.error());
			}
			FAnimator Opened;
			Opened.Impl = std::make_shared<const FImpl>(FImpl{*Animator});
			return Opened;
		});
	}

	TOutcome<FAnimator> FAnimator::WithSpeaker(const uint8_t* SpeakerFile, size_t Count, float Strength) const
	{
		return Guarded<FAnimator>([&]() -> TOutcome<FAnimator> {
			auto Speaker = metaface::Speaker::try_from_bytes(SpeakerFile, Count);
			if (!Speaker)
			{
				return FailedBy<FAnimator>(Speaker.error());
			}
			auto Animator = Impl->Animator.try_with_speaker(*Speaker, Strength);
			if (!Animator)
			{
				return FailedBy<FAnimator>(Animator.error());
			}
			FAnimator Opened;
			Opened.Impl = std::make_shared<const FImpl>(FImpl{*Animator});
			return Opened;
		});
	}

	TOutcome<FTake> FAnimator::Animate(
		const FPcm& Pcm, const FAnimationOptions& Options, const FCurveNames& Names, const FProgressCallback& Progress) const
	{
		return Guarded<FTake>([&]() -> TOutcome<FTake> {
			auto Sound = metaface::Sound::try_from_samples(Pcm.Samples.data(), Pcm.Samples.size(), Pcm.Rate, Pcm.Channels);
			if (!Sound)
			{
				return FailedBy<FTake>(Sound.error());
			}
			auto Clip = Impl->Animator.try_animate(*Sound, LibraryOptions(Options), Progress);
			if (!Clip)
			{
				return FailedBy<FTake>(Clip.error());
			}
			return TakeOf(*Clip, Names);
		});
	}

	TOutcome<FAnimatorStream> FAnimator::Stream(const FAnimationOptions& Options) const
	{
		return Guarded<FAnimatorStream>([&]() -> TOutcome<FAnimatorStream> {
			auto Stream = Impl->Animator.try_stream(LibraryOptions(Options));
			if (!Stream)
			{
				return FailedBy<FAnimatorStream>(Stream.error());
			}
			return FAnimatorStream(std::make_unique<FAnimatorStream::FImpl>(FAnimatorStream::FImpl{*std::move(Stream)}));
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
			return Clip ? TakeOf(*Clip, Names) : FailedBy<FTake>(Clip.error());
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
