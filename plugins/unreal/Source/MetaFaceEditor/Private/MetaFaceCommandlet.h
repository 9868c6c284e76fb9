// Copyright the MetaFace contributors. MIT licence.
#pragma once

#include "Commandlets/Commandlet.h"
#include "CoreMinimal.h"

#include "MetaFaceCommandlet.generated.h"

/** -run=MetaFace: animation sequences from sound waves, for farms. -Help lists the arguments. */
UCLASS()
class UMetaFaceCommandlet : public UCommandlet
{
	GENERATED_BODY()

public:
	UMetaFaceCommandlet();

	virtual int32 Main(const FString& Params) override;
};
