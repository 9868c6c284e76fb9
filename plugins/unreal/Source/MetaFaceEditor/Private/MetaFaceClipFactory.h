// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "CoreMinimal.h"
#include "Factories/Factory.h"

#include "MetaFaceClipFactory.generated.h"

/**
 * Imports face captures as animation sequences: Live Link Face CSV and Audio2Face JSON. For the skeleton
 * and with the curve names of Project Settings > Plugins > MetaFace. Other CSV and JSON files are left
 * to the engine.
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
