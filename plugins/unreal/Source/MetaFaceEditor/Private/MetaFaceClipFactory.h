// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "Factories/Factory.h"

#include "MetaFaceClipFactory.generated.h"

/**
 * Imports Live Link Face CSV as animation sequences, for the skeleton and with the curve names of Project
 * Settings > Plugins > MetaFace. Other CSV files are left to the engine.
 */
UCLASS()
class UMetaFaceClipFactory : public UFactory
{
	GENERATED_BODY()

public:
	UMetaFaceClipFactory();

	//~ UFactory
	virtual bool FactoryCanImport(const FString& Filename) override;
	virtual UObject* FactoryCreateFile(UClass* InClass, UObject* InParent, FName InName, EObjectFlags Flags, const FString& Filename,
		const TCHAR* Parms, FFeedbackContext* Warn, bool& bOutOperationCanceled) override;
};

/** The same for Audio2Face JSON. */
UCLASS()
class UMetaFaceAudio2FaceFactory : public UMetaFaceClipFactory
{
	GENERATED_BODY()

public:
	UMetaFaceAudio2FaceFactory();

	//~ UFactory
	virtual bool FactoryCanImport(const FString& Filename) override;
};
