// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceClipFactory.h"

#include "Animation/AnimSequence.h"
#include "Animation/Skeleton.h"
#include "MetaFaceAnimatorSettings.h"
#include "MetaFaceBatch.h"
#include "MetaFaceCore/Animator.h"
#include "MetaFaceEditorSettings.h"
#include "MetaFaceLog.h"
#include "MetaFaceSequenceWriter.h"
#include "MetaFaceTakeInfo.h"
#include "MetaFaceText.h"
#include "Misc/FeedbackContext.h"
#include "Misc/FileHelper.h"

#include <fstream>

namespace
{
	/** The beginning of a file in lower case, long enough to recognise a capture. */
	FString BeginningOf(const FString& Filename)
	{
		char Beginning[4096] = {};
		std::ifstream(MetaFace::ToPath(Filename), std::ios::binary).read(Beginning, sizeof(Beginning) - 1);
		return FString(UTF8_TO_TCHAR(Beginning)).ToLower();
	}
}

UMetaFaceClipFactory::UMetaFaceClipFactory()
{
	SupportedClass = UAnimSequence::StaticClass();
	bCreateNew = false;
	bEditorImport = true;
	// Comes before the factories of data tables, which accept every CSV and JSON file.
	ImportPriority += 10;
	Formats.Add(TEXT("csv;Live Link Face capture"));
}

bool UMetaFaceClipFactory::FactoryCanImport(const FString& Filename)
{
	const FString Beginning = BeginningOf(Filename);
	return Beginning.Contains(TEXT("timecode")) && Beginning.Contains(TEXT("blendshapecount"));
}

UMetaFaceAudio2FaceFactory::UMetaFaceAudio2FaceFactory()
{
	Formats.Reset();
	Formats.Add(TEXT("json;Audio2Face animation"));
}

bool UMetaFaceAudio2FaceFactory::FactoryCanImport(const FString& Filename)
{
	return Filename.EndsWith(TEXT(".a2f.json")) || BeginningOf(Filename).Contains(TEXT("\"exportfps\""));
}

UObject* UMetaFaceClipFactory::FactoryCreateFile(UClass* InClass, UObject* InParent, FName InName, EObjectFlags Flags,
	const FString& Filename, const TCHAR* Parms, FFeedbackContext* Warn, bool& bOutOperationCanceled)
{
	bOutOperationCanceled = false;
	MetaFace::FBatchSettings Settings;
	const FString SettingsError = MetaFace::SettingsFrom(*GetDefault<UMetaFaceEditorSettings>(), Settings);
	if (!SettingsError.IsEmpty())
	{
		Warn->Logf(ELogVerbosity::Error, TEXT("%s: %s"), *Filename, *SettingsError);
		return nullptr;
	}
	const MetaFace::FAnimatorSettings AnimatorSettings(nullptr, 1.0f, Settings.CurveNames, Settings.RigMapJson);
	const auto Names = AnimatorSettings.CurveNames();
	const auto Take = Names ? MetaFaceCore::ReadClip(MetaFace::ToPath(Filename), *Names) : MetaFaceCore::TOutcome<MetaFaceCore::FTake>::Failed(Names.Error());
	if (!Take)
	{
		Warn->Logf(ELogVerbosity::Error, TEXT("%s"), *MetaFace::FromStd(Take.Error()));
		return nullptr;
	}
	for (const std::string& Warning : Take->Warnings)
	{
		Warn->Logf(ELogVerbosity::Warning, TEXT("%s: %s"), *Filename, *MetaFace::FromStd(Warning));
	}
	UAnimSequence* Sequence = NewObject<UAnimSequence>(InParent, InClass, InName, Flags);
	Sequence->SetSkeleton(Settings.Skeleton.Get());
	Sequence->GetController().InitializeModel();
	MetaFace::WriteTake(*Sequence, *Take);
	MetaFace::EnsureTakeInfo(*Sequence).Source = Filename;
	return Sequence;
}
