// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "Factories/Factory.h"

#include "MetaFaceClipFactory.generated.h"

/**
 * Imports Live Link Face CSV files as animation sequences, with the skeleton and the curve names of
 * Project Settings > Plugins > MetaFace. The engine imports other CSV files.
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

/** Imports Audio2Face JSON files in the same way. */
UCLASS()
class UMetaFaceAudio2FaceFactory : public UMetaFaceClipFactory
{
	GENERATED_BODY()

public:
	UMetaFaceAudio2FaceFactory();

	//~ UFactory
	virtual bool FactoryCanImport(const FString& Filename) override;
};
