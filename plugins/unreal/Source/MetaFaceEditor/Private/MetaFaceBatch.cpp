// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceBatch.h"

#include "Animation/AnimSequence.h"
#include "Animation/Skeleton.h"
#include "MetaFaceCore/Batch.h"
#include "MetaFaceEditorSettings.h"
#include "MetaFaceSequenceWriter.h"
#include "MetaFaceSound.h"
#include "MetaFaceSpeaker.h"
#include "MetaFaceTakeInfo.h"
#include "MetaFaceText.h"
#include "MetaFaceVoices.h"
#include "Misc/FileHelper.h"
#include "Misc/PackageName.h"
#include "Sound/SoundWave.h"

namespace MetaFace
{
	namespace
	{
		FLineReport& Failed(FLineReport& Report, const FString& Reason)
		{
			Report.Result = ELineResult::Failed;
			Report.Notes.Add(Reason);
			return Report;
		}

		/** Whether a sequence is the face of another sound, which is still there. */
		bool IsOfAnother(const FString& Source, const FString& Wave)
		{
			const FString Package = FPackageName::ObjectPathToPackageName(Source);
			FText Unused;
			return Source != Wave && FPackageName::IsValidLongPackageName(Package, true, &Unused) && FPackageName::DoesPackageExist(Package);
		}

		std::string FingerprintOfLine(const MetaFaceCore::FPcm& Sound, const FPerformer& Performer, const FMetaFaceOptions& Options)
		{
			MetaFaceCore::FFingerprint Print;
			Print.Add(Sound.Samples.data(), Sound.Samples.size() * sizeof(float));
			Print.Add(std::to_string(Sound.Rate)).Add(std::to_string(Sound.Channels));
			Print.Add(Performer.Fingerprint()).Add(FingerprintOf(Options)).Add(MetaFaceCore::LibraryVersion());
			return Print.Text();
		}
	}

	FString SettingsFrom(const UMetaFaceEditorSettings& Source, FBatchSettings& Out)
	{
		Out.Skeleton = TStrongObjectPtr<USkeleton>(Source.Skeleton.LoadSynchronous());
		if (!Out.Skeleton.IsValid())
		{
			return TEXT("No skeleton is chosen: Project Settings > Plugins > MetaFace > Skeleton");
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

	FLineReport MakeLine(USoundWave& Wave, const FBatchSettings& Settings, const FBatchProgress& Progress)
	{
		FLineReport Report;
		Report.Wave = Wave.GetPathName();
		Report.Sequence = SequencePackageFor(Wave.GetOutermost()->GetName(), Settings);

		const auto Sound = SoundReaderOf(Wave)();
		if (!Sound)
		{
			return Failed(Report, FromStd(Sound.Error()));
		}
		const FPerformer Performer(Settings.Speaker.Get(), Settings.StyleStrength, Settings.CurveNames, Settings.RigMapJson);
		const FString Fingerprint = FromStd(FingerprintOfLine(*Sound, Performer, Settings.Options));
		UAnimSequence* Old = FindSequence(Report.Sequence);
		const UMetaFaceTakeInfo* Was = Old != nullptr ? TakeInfoOf(*Old) : nullptr;
		if (Was != nullptr && IsOfAnother(Was->Source, Report.Wave))
		{
			return Failed(Report, FString::Printf(
				TEXT("%s: %s is the face of %s already, a sound of the same name: choose another output folder, prefix or suffix for one of them"),
				*Report.Wave, *Report.Sequence, *Was->Source));
		}
		if (!Settings.bForce && Was != nullptr && Was->Fingerprint == Fingerprint && Old->GetSkeleton() == Settings.Skeleton.Get())
		{
			Report.Result = ELineResult::UpToDate;
			return Report;
		}
		const auto Voice = Performer.Voice();
		if (!Voice)
		{
			return Failed(Report, FromStd(Voice.Error()));
		}
		const auto Names = Performer.CurveNames();
		if (!Names)
		{
			return Failed(Report, FromStd(Names.Error()));
		}
		const auto Take = Voice->Animate(*Sound, HowOf(Settings.Options, Wave.GetName()), *Names,
			[&Progress](double Share) { return !Progress || Progress(float(Share)); });
		if (!Take)
		{
			Failed(Report, Report.Wave + TEXT(": ") + FromStd(Take.Error()));
			Report.Result = Take.IsCancelled() ? ELineResult::Cancelled : ELineResult::Failed;
			return Report;
		}
		for (const std::string& Warning : Take->Warnings)
		{
			Report.Notes.Add(FromStd(Warning));
		}
		// Nothing is touched before all of it is there.
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
		Report.Result = ELineResult::Made;
		const FString NotSaved = Settings.bSave ? SavePackageOf(**Sequence) : FString();
		return NotSaved.IsEmpty() ? Report : Failed(Report, NotSaved);
	}
}
