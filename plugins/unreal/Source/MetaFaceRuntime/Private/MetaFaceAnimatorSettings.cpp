// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceAnimatorSettings.h"

#include "MetaFaceCore/Batch.h"
#include "MetaFaceSpeaker.h"
#include "MetaFaceText.h"

namespace MetaFace
{
	namespace
	{
		using FAnimatorOutcome = MetaFaceCore::TOutcome<MetaFaceCore::FAnimator>;

		// Opened by the first thread that needs it; the other threads wait.
		const FAnimatorOutcome& BaseAnimator()
		{
			static const FAnimatorOutcome Base = MetaFaceCore::FAnimator::Open();
			return Base;
		}
	}

	FAnimatorSettings::FAnimatorSettings(
		const UMetaFaceSpeaker* Speaker, float InStyleStrength, EMetaFaceCurveNames InNames, const FString& InRigMapJson)
		: StyleStrength(InStyleStrength)
		, Names(InNames)
		, RigMapJson(ToStd(InRigMapJson))
	{
		if (Speaker != nullptr)
		{
			SpeakerBytes = Speaker->FileBytes;
			SpeakerPath = Speaker->GetPathName();
		}
	}

	FAnimatorOutcome FAnimatorSettings::OpenAnimator() const
	{
		const FAnimatorOutcome& Base = BaseAnimator();
		if (!Base || SpeakerPath.IsEmpty())
		{
			return Base;
		}
		FAnimatorOutcome Animator = Base->WithSpeaker(SpeakerBytes.GetData(), size_t(SpeakerBytes.Num()), StyleStrength);
		return Animator ? Animator : FAnimatorOutcome::Failed(ToStd(SpeakerPath) + ": " + Animator.Error());
	}

	MetaFaceCore::TOutcome<MetaFaceCore::FCurveNames> FAnimatorSettings::CurveNames() const
	{
		switch (Names)
		{
		case EMetaFaceCurveNames::Apple:
			return MetaFaceCore::FCurveNames::Make(MetaFaceCore::ENaming::Apple);
		case EMetaFaceCurveNames::MetaHuman:
			return MetaFaceCore::FCurveNames::Make(MetaFaceCore::ENaming::MetaHuman);
		case EMetaFaceCurveNames::RigMap:
			return MetaFaceCore::FCurveNames::Make(MetaFaceCore::ENaming::RigMap, RigMapJson);
		case EMetaFaceCurveNames::LiveLink:
			break;
		}
		return MetaFaceCore::FCurveNames::Make(MetaFaceCore::ENaming::LiveLink);
	}

	std::string FAnimatorSettings::Fingerprint() const
	{
		MetaFaceCore::FFingerprint Hash;
		Hash.Add(SpeakerBytes.GetData(), size_t(SpeakerBytes.Num()));
		Hash.Add(std::to_string(StyleStrength)).Add(std::to_string(int(Names))).Add(RigMapJson);
		return Hash.Text();
	}

	MetaFaceCore::FAnimationOptions AnimationOptionsOf(const FMetaFaceOptions& Options, const FString& Name)
	{
		MetaFaceCore::FAnimationOptions Converted;
		// options:values (written by cargo xtask options)
		Converted.FrameRate = {uint32(FMath::Max(0, Options.FrameRate.Numerator)), uint32(FMath::Max(0, Options.FrameRate.Denominator))};
		Converted.Strength = Options.Strength;
		Converted.Liveliness = Options.Liveliness;
		Converted.Gains = ToStd(Options.Gains);
		Converted.Smoothing = Options.Smoothing;
		Converted.Seed = uint64(Options.Seed);
		Converted.bHead = Options.bHead;
		Converted.bEyes = Options.bEyes;
		// options:end
		Converted.Name = ToStd(Name);
		return Converted;
	}

	std::string FingerprintOf(const FMetaFaceOptions& Options)
	{
		MetaFaceCore::FFingerprint Hash;
		Hash.Add(AnimationOptionsOf(Options, FString()).Text());
		return Hash.Text();
	}
}
