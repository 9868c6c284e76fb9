// What a test puts before the plugin: waves, skeletons, an actor with a face.
#pragma once

#include "Editor.h"
#include "Files.h"
#include "MetaFaceComponent.h"

inline FString Wide(const std::filesystem::path& Path) { return FString(ShimWide(Path.c_str()).c_str()); }
inline std::string Narrow(const FString& Words) { return ShimNarrow(*Words); }

/** A sound wave as the editor has it after importing a WAV file. */
inline USoundWave* ImportedWave(const TCHAR* Package, const std::vector<uint8_t>& Pcm, uint32 Rate = 16000, uint16 Channels = 1)
{
	UPackage* In = CreatePackage(Package);
	USoundWave* Wave = NewObject<USoundWave>(In, *FPackageName::GetLongPackageAssetName(Package));
	for (const uint8_t Byte : Pcm)
	{
		Wave->Imported.Add(Byte);
	}
	Wave->Rate = Rate;
	Wave->Channels = Channels;
	Wave->Duration = float(double(Pcm.size()) / 2.0 / Channels / Rate);
	return Wave;
}

inline std::vector<uint8_t> LinePcm() { return Pcm16Of(Samples / "speech/line.wav"); }

template <typename T>
T* Asset(const TCHAR* Package)
{
	UPackage* In = CreatePackage(Package);
	UObject* There = StaticFindObject(nullptr, In, *FPackageName::GetLongPackageAssetName(Package));
	return There != nullptr ? Cast<T>(There) : NewObject<T>(In, *FPackageName::GetLongPackageAssetName(Package));
}

/** An actor with teeth that have no shapes, and a face that has some. */
struct FStage
{
	FStage()
	{
		Actor = NewObject<AActor>(nullptr, TEXT("Hero"));
		Teeth = Mesh({});
		Face = Mesh({TEXT("JawOpen"), TEXT("EyeBlinkLeft")});
		Component = NewObject<UMetaFaceComponent>(Actor);
		Component->RegisterComponent();
		Component->OnStarted.AddShim([this] { ++Started; });
		Component->OnFinished.AddShim([this] { ++Finished; });
		Component->OnFailed.AddShim([this](const FString& Reason) { Faults.push_back(Narrow(Reason)); });
		FShimLog::Lines.clear();
	}

	USkeletalMeshComponent* Mesh(const TArray<FName>& Morphs)
	{
		USkeletalMeshComponent* Made = NewObject<USkeletalMeshComponent>(Actor);
		Made->Mesh = NewObject<USkeletalMesh>(nullptr);
		Made->Mesh->Morphs = Morphs;
		Made->RegisterComponent();
		return Made;
	}

	void Tick(float Seconds = 1.0f / 60.0f) { Component->TickComponent(Seconds, LEVELTICK_All, nullptr); }

	/** Ticks until something is so, or ten seconds are over. */
	template <typename FunctionType>
	bool TickUntil(FunctionType IsSo)
	{
		for (int Count = 0; Count < 2000 && !IsSo(); ++Count)
		{
			Tick();
			FShimTasks::RunGameThread();
			std::this_thread::sleep_for(std::chrono::milliseconds(5));
		}
		return IsSo();
	}

	AActor* Actor;
	USkeletalMeshComponent* Teeth;
	USkeletalMeshComponent* Face;
	UMetaFaceComponent* Component;
	int Started = 0;
	int Finished = 0;
	std::vector<std::string> Faults;
};
