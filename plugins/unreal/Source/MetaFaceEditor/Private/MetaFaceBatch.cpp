// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceBatch.h"

#include "Animation/AnimSequence.h"
#include "Animation/Skeleton.h"
#include "MetaFaceAnimatorSettings.h"
#include "MetaFaceCore/Batch.h"
#include "MetaFaceEditorSettings.h"
#include "MetaFaceSequenceWriter.h"
#include "MetaFaceSound.h"
#include "MetaFaceSpeaker.h"
#include "MetaFaceTakeInfo.h"
#include "MetaFaceText.h"
#include "Misc/FileHelper.h"
#include "Misc/PackageName.h"
#include "Sound/SoundWave.h"

namespace MetaFace
{
	namespace
	{
		FWaveReport& Failed(FWaveReport& Report, const FString& Reason)
		{
			Report.Result = EWaveResult::Failed;
			Report.Notes.Add(Reason);
			return Report;
		}

		/** Whether a sequence was made from another sound wave that still exists. */
		bool IsOfAnotherWave(const FString& Source, const FString& Wave)
		{
			const FString Package = FPackageName::ObjectPathToPackageName(Source);
			FText Unused;
			return Source != Wave && FPackageName::IsValidLongPackageName(Package, true, &Unused) && FPackageName::DoesPackageExist(Package);
		}

		std::string FingerprintOfWave(const MetaFaceCore::FSound& Sound, const FAnimatorSettings& AnimatorSettings, const FMetaFaceOptions& Options)
		{
			MetaFaceCore::FFingerprint Hash;
			Hash.Add(Sound.Samples(), Sound.Count() * sizeof(float));
			Hash.Add(AnimatorSettings.Fingerprint()).Add(FingerprintOf(Options)).Add(MetaFaceCore::LibraryVersion());
			return Hash.Text();
		}
	}

	FString SettingsFrom(const UMetaFaceEditorSettings& Source, FBatchSettings& Out)
	{
		Out.Skeleton = TStrongObjectPtr<USkeleton>(Source.Skeleton.LoadSynchronous());
		if (!Out.Skeleton.IsValid())
		{
			return TEXT("No skeleton is chosen: choose one in Project Settings > Plugins > MetaFace > Skeleton");
		}
		Out.Speaker = TStrongObjectPtr<UMetaFaceSpeaker>(Source.Speaker.LoadSynchronous());
		if (!Out.Speaker.IsValid() && !Source.Speaker.IsNull())
		{
			return FString::Printf(TEXT("%s cannot be loaded: choose another speaker in Project Settings > Plugins > MetaFace"), *Source.Speaker.ToString());
		}
		if (Source.CurveNames == EMetaFaceCurveNames::RigMap && !FFileHelper::LoadFileToString(Out.RigMapJson, *Source.RigMap.FilePath))
		{
			return FString::Printf(TEXT("The rig map '%s' cannot be read: choose one in Project Settings > Plugins > MetaFace"), *Source.RigMap.FilePath);
		}
		Out.StyleStrength = Source.StyleStrength;
		Out.CurveNames = Source.CurveNames;
		Out.Options = Source.Options;
		Out.OutputFolder = Source.OutputFolder;
		Out.Prefix = Source.Prefix;
		Out.Suffix = Source.Suffix;
		return FString();
	}

	FString SequencePackageFor(const FString& WavePackage, const FBatchSettings& Settings)
	{
		const FString Folder = Settings.OutputFolder.IsEmpty() ? FPackageName::GetLongPackagePath(WavePackage) : Settings.OutputFolder;
		return Folder / (Settings.Prefix + FPackageName::GetLongPackageAssetName(WavePackage) + Settings.Suffix);
	}

	FWaveReport AnimateWave(USoundWave& Wave, const FBatchSettings& Settings, const FBatchProgressCallback& Progress)
	{
		FWaveReport Report;
		Report.Wave = Wave.GetPathName();
		Report.Sequence = SequencePackageFor(Wave.GetOutermost()->GetName(), Settings);

		const auto Sound = SoundReaderOf(Wave)();
		if (!Sound)
		{
			return Failed(Report, FromStd(Sound.Error()));
		}
		const FAnimatorSettings AnimatorSettings(Settings.Speaker.Get(), Settings.StyleStrength, Settings.CurveNames, Settings.RigMapJson);
		const FString Fingerprint = FromStd(FingerprintOfWave(*Sound, AnimatorSettings, Settings.Options));
		UAnimSequence* OldSequence = FindSequence(Report.Sequence);
		const UMetaFaceTakeInfo* OldInfo = OldSequence != nullptr ? TakeInfoOf(*OldSequence) : nullptr;
		if (OldInfo != nullptr && IsOfAnotherWave(OldInfo->Source, Report.Wave))
		{
			return Failed(Report, FString::Printf(
				TEXT("%s: %s already exists for %s, which has the same name: choose another output folder, prefix or suffix for one of them"),
				*Report.Wave, *Report.Sequence, *OldInfo->Source));
		}
		if (!Settings.bForce && OldInfo != nullptr && OldInfo->Fingerprint == Fingerprint && OldSequence->GetSkeleton() == Settings.Skeleton.Get())
		{
			Report.Result = EWaveResult::UpToDate;
			return Report;
		}
		const auto Animator = AnimatorSettings.OpenAnimator();
		if (!Animator)
		{
			return Failed(Report, FromStd(Animator.Error()));
		}
		const auto Names = AnimatorSettings.CurveNames();
		if (!Names)
		{
			return Failed(Report, FromStd(Names.Error()));
		}
		const auto Take = Animator->Animate(*Sound, AnimationOptionsOf(Settings.Options, Wave.GetName()), *Names,
			[&Progress](double Fraction) { return !Progress || Progress(float(Fraction)); });
		if (!Take)
		{
			Failed(Report, Report.Wave + TEXT(": ") + FromStd(Take.Error()));
			Report.Result = Take.IsCancelled() ? EWaveResult::Cancelled : EWaveResult::Failed;
			return Report;
		}
		for (const std::string& Warning : Take->Warnings)
		{
			Report.Notes.Add(FromStd(Warning));
		}
		// Nothing is changed before the whole take is computed.
		const auto Sequence = SequenceAt(Report.Sequence, *Settings.Skeleton.Get());
		if (!Sequence)
		{
			return Failed(Report, FromStd(Sequence.Error()));
		}
		WriteTake(**Sequence, *Take);
		UMetaFaceTakeInfo& Info = EnsureTakeInfo(**Sequence);
		Info.Source = Report.Wave;
		Info.SpeakerName = Settings.Speaker.IsValid() ? Settings.Speaker->SpeakerName : FString();
		Info.Options = Settings.Options;
		Info.LibraryVersion = FromStd(MetaFaceCore::LibraryVersion());
		Info.Fingerprint = Fingerprint;
		Report.Result = EWaveResult::Made;
		const FString SaveError = Settings.bSave ? SavePackageOf(**Sequence) : FString();
		return SaveError.IsEmpty() ? Report : Failed(Report, SaveError);
	}
}
