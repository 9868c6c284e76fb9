// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceVoices.h"

#include "MetaFaceCore/Batch.h"
#include "MetaFaceSpeaker.h"
#include "MetaFaceText.h"

namespace MetaFace
{
	namespace
	{
		using FVoiceOutcome = MetaFaceCore::TOutcome<MetaFaceCore::FVoice>;

		// Opened once, by the worker that needs it first; the others wait for it there.
		const FVoiceOutcome& BaseVoice()
		{
			static const FVoiceOutcome Base = MetaFaceCore::FVoice::Open();
			return Base;
		}
	}

	FPerformer::FPerformer(
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

	FVoiceOutcome FPerformer::Voice() const
	{
		const FVoiceOutcome& Base = BaseVoice();
		if (!Base || SpeakerPath.IsEmpty())
		{
			return Base;
		}
		FVoiceOutcome Voice = Base->SpeakingAs(SpeakerBytes.GetData(), size_t(SpeakerBytes.Num()), StyleStrength);
		return Voice ? Voice : FVoiceOutcome::Failed(ToStd(SpeakerPath) + ": " + Voice.Error());
	}

	MetaFaceCore::TOutcome<MetaFaceCore::FCurveNames> FPerformer::CurveNames() const
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

	std::string FPerformer::Fingerprint() const
	{
		MetaFaceCore::FFingerprint Print;
		Print.Add(SpeakerBytes.GetData(), size_t(SpeakerBytes.Num()));
		Print.Add(std::to_string(StyleStrength)).Add(std::to_string(int(Names))).Add(RigMapJson);
		return Print.Text();
	}

	MetaFaceCore::FHow HowOf(const FMetaFaceOptions& Options, const FString& Name)
	{
		MetaFaceCore::FHow How;
		How.Rate = {uint32(FMath::Max(0, Options.FrameRate.Numerator)), uint32(FMath::Max(0, Options.FrameRate.Denominator))};
		How.Seed = uint64(Options.Seed);
		How.Strength = Options.Strength;
		How.Liveliness = Options.Liveliness;
		How.Gains = ToStd(Options.Gains);
		if (Options.Smoothing > 0.0f)
		{
			How.Smoothing = double(Options.Smoothing);
		}
		How.bHead = Options.bHead;
		How.bEyes = Options.bEyes;
		How.Name = ToStd(Name);
		return How;
	}

	std::string FingerprintOf(const FMetaFaceOptions& Options)
	{
		const MetaFaceCore::FHow How = HowOf(Options, FString());
		MetaFaceCore::FFingerprint Print;
		Print.Add(std::to_string(How.Rate.Numerator)).Add(std::to_string(How.Rate.Denominator)).Add(std::to_string(How.Seed));
		Print.Add(&How.Strength, sizeof(How.Strength)).Add(&How.Liveliness, sizeof(How.Liveliness)).Add(How.Gains);
		Print.Add(std::to_string(How.Smoothing.value_or(0.0))).Add(How.bHead ? "head" : "").Add(How.bEyes ? "eyes" : "");
		return Print.Text();
	}
}
