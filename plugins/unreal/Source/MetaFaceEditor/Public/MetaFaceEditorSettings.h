// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "Engine/DeveloperSettings.h"
#include "Engine/EngineTypes.h"
#include "MetaFaceOptions.h"

#include "MetaFaceEditorSettings.generated.h"

class UMetaFaceSpeaker;
class USkeleton;

/** Project Settings > Plugins > MetaFace, used by the Content Browser's actions and by imports. */
UCLASS(Config = EditorPerProjectUserSettings, meta = (DisplayName = "MetaFace"))
class METAFACEEDITOR_API UMetaFaceEditorSettings : public UDeveloperSettings
{
	GENERATED_BODY()

public:
	/** The skeleton of the animation sequences. */
	UPROPERTY(Config, EditAnywhere, Category = "Character")
	TSoftObjectPtr<USkeleton> Skeleton;

	UPROPERTY(Config, EditAnywhere, Category = "Character")
	EMetaFaceCurveNames CurveNames = EMetaFaceCurveNames::LiveLink;

	/** The rig map file, if Curve Names is Rig Map (metaface inspect --write-rig-map). */
	UPROPERTY(Config, EditAnywhere, Category = "Character", meta = (FilePathFilter = "Rig map (*.json)|*.json"))
	FFilePath RigMap;

	UPROPERTY(Config, EditAnywhere, Category = "Performance")
	TSoftObjectPtr<UMetaFaceSpeaker> Speaker;

	UPROPERTY(Config, EditAnywhere, Category = "Performance", meta = (ClampMin = "0.0", ClampMax = "2.0"))
	float StyleStrength = 1.0f;

	UPROPERTY(Config, EditAnywhere, Category = "Performance")
	FMetaFaceOptions Options;

	/** The folder of the sequences, such as /Game/Faces; defaults to the sound wave's folder. */
	UPROPERTY(Config, EditAnywhere, Category = "Output")
	FString OutputFolder;

	UPROPERTY(Config, EditAnywhere, Category = "Output")
	FString Prefix = TEXT("A_");

	UPROPERTY(Config, EditAnywhere, Category = "Output")
	FString Suffix = TEXT("_Face");

	virtual FName GetCategoryName() const override { return TEXT("Plugins"); }
};
