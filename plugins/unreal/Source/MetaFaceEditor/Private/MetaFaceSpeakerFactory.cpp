// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceSpeakerFactory.h"

#include "EditorFramework/AssetImportData.h"
#include "MetaFaceLog.h"
#include "MetaFaceSpeaker.h"
#include "Misc/FeedbackContext.h"

UMetaFaceSpeakerFactory::UMetaFaceSpeakerFactory()
{
	SupportedClass = UMetaFaceSpeaker::StaticClass();
	bCreateNew = false;
	bEditorImport = true;
	Formats.Add(TEXT("speaker;MetaFace speaker"));
}

UObject* UMetaFaceSpeakerFactory::FactoryCreateFile(UClass* InClass, UObject* InParent, FName InName, EObjectFlags Flags,
	const FString& Filename, const TCHAR* Parms, FFeedbackContext* Warn, bool& bOutOperationCanceled)
{
	bOutOperationCanceled = false;
	UMetaFaceSpeaker* Speaker = NewObject<UMetaFaceSpeaker>(InParent, InClass, InName, Flags);
	FString Error;
	if (!Speaker->LoadFile(Filename, Error))
	{
		Warn->Logf(ELogVerbosity::Error, TEXT("%s"), *Error);
		return nullptr;
	}
	Speaker->AssetImportData = NewObject<UAssetImportData>(Speaker);
	Speaker->AssetImportData->Update(Filename);
	return Speaker;
}

bool UMetaFaceSpeakerFactory::CanReimport(UObject* Obj, TArray<FString>& OutFilenames)
{
	const UMetaFaceSpeaker* Speaker = Cast<UMetaFaceSpeaker>(Obj);
	if (Speaker == nullptr || Speaker->AssetImportData == nullptr)
	{
		return false;
	}
	Speaker->AssetImportData->ExtractFilenames(OutFilenames);
	return true;
}

void UMetaFaceSpeakerFactory::SetReimportPaths(UObject* Obj, const TArray<FString>& NewReimportPaths)
{
	const UMetaFaceSpeaker* Speaker = Cast<UMetaFaceSpeaker>(Obj);
	if (Speaker != nullptr && Speaker->AssetImportData != nullptr && NewReimportPaths.Num() == 1)
	{
		Speaker->AssetImportData->UpdateFilenameOnly(NewReimportPaths[0]);
	}
}

EReimportResult::Type UMetaFaceSpeakerFactory::Reimport(UObject* Obj)
{
	UMetaFaceSpeaker* Speaker = Cast<UMetaFaceSpeaker>(Obj);
	if (Speaker == nullptr || Speaker->AssetImportData == nullptr)
	{
		return EReimportResult::Failed;
	}
	const FString Filename = Speaker->AssetImportData->GetFirstFilename();
	FString Error;
	if (!Speaker->LoadFile(Filename, Error))
	{
		UE_LOG(LogMetaFace, Error, TEXT("%s: %s"), *Speaker->GetPathName(), *Error);
		return EReimportResult::Failed;
	}
	Speaker->AssetImportData->Update(Filename);
	Speaker->MarkPackageDirty();
	return EReimportResult::Succeeded;
}

int32 UMetaFaceSpeakerFactory::GetPriority() const
{
	return ImportPriority;
}
