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
		const FSound& Sound, const FAnimationOptions& Options, const FCurveNames& Names, const FProgressCallback& Progress) const
	{
		return Guarded<FTake>([&]() -> TOutcome<FTake> {
			auto Clip = Impl->Animator.try_animate(Sound.Impl->Sound, LibraryOptions(Options), Progress);
			if (!Clip)
			{
				return FailedBy<FTake>(Clip.error());
			}
			return TakeOf(*Clip, Names);
		});
	}

	TOutcome<FLive> FAnimator::Live(const FAnimationOptions& Options, const FCurveNames& Names) const
	{
		return Guarded<FLive>([&]() -> TOutcome<FLive> {
			auto Live = Impl->Animator.try_live(LibraryOptions(Options));
			if (!Live)
			{
				return FailedBy<FLive>(Live.error());
			}
			return FLive(std::make_unique<FLive::FImpl>(FLive::FImpl{*std::move(Live), Names}));
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

	static_assert(ChannelCount == metaface::channel_count);
}
