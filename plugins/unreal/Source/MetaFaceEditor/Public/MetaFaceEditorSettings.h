// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "Engine/DeveloperSettings.h"
#include "Engine/EngineTypes.h"
#include "MetaFaceOptions.h"

#include "MetaFaceEditorSettings.generated.h"

class UMetaFaceSpeaker;
class USkeleton;

/** Project Settings > Plugins > MetaFace: what the Content Browser's actions and imports use. */
UCLASS(Config = EditorPerProjectUserSettings, meta = (DisplayName = "MetaFace"))
class METAFACEEDITOR_API UMetaFaceEditorSettings : public UDeveloperSettings
{
	GENERATED_BODY()

public:
	/** The skeleton that animation sequences are made for. */
	UPROPERTY(Config, EditAnywhere, Category = "Character")
	TSoftObjectPtr<USkeleton> Skeleton;

	UPROPERTY(Config, EditAnywhere, Category = "Character")
	EMetaFaceCurveNames CurveNames = EMetaFaceCurveNames::LiveLink;

	/** For curve names of your own: a rig map (metaface inspect --write-rig-map). */
	UPROPERTY(Config, EditAnywhere, Category = "Character", meta = (FilePathFilter = "Rig map (*.json)|*.json"))
	FFilePath RigMap;

	UPROPERTY(Config, EditAnywhere, Category = "Performance")
	TSoftObjectPtr<UMetaFaceSpeaker> Speaker;

	UPROPERTY(Config, EditAnywhere, Category = "Performance", meta = (ClampMin = "0.0", ClampMax = "2.0"))
	float StyleStrength = 1.0f;

	UPROPERTY(Config, EditAnywhere, Category = "Performance")
	FMetaFaceOptions Options;

	/** Where sequences go, such as /Game/Faces; beside the sound wave if empty. */
	UPROPERTY(Config, EditAnywhere, Category = "Output")
	FString OutputFolder;

	UPROPERTY(Config, EditAnywhere, Category = "Output")
	FString Prefix = TEXT("A_");

	UPROPERTY(Config, EditAnywhere, Category = "Output")
	FString Suffix = TEXT("_Face");

	virtual FName GetCategoryName() const override { return TEXT("Plugins"); }
};
