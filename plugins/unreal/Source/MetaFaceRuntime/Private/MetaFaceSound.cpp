// Copyright the MetaFace contributors. MIT licence.
#include "MetaFaceSound.h"

#include "MetaFaceEngineVersion.h"
#include "MetaFaceText.h"
#include "Sound/SoundWave.h"
#include "Sound/SoundWaveProxyReader.h"

namespace MetaFace
{
	namespace
	{
		using FSoundOutcome = MetaFaceCore::TOutcome<MetaFaceCore::FSound>;

		FSoundOutcome Failed(const FString& Name, const TCHAR* Reason)
		{
			return FSoundOutcome::Failed(ToStd(FString::Printf(TEXT("%s: %s"), *Name, Reason)));
		}

		/** Adds the asset's name to an error. */
		FSoundOutcome Named(const FString& Name, FSoundOutcome&& Outcome)
		{
			return Outcome ? MoveTemp(Outcome) : FSoundOutcome::Failed(ToStd(Name) + ": " + Outcome.Error());
		}

		/** Frames decoded at a time. */
		constexpr int32 DecodeBlock = 4096;

		FSoundOutcome Decode(const FString& Name, const FSoundWaveProxyRef& Proxy)
		{
			FSoundWaveProxyReader::FSettings Settings;
			Settings.MaxDecodeSizeInFrames = DecodeBlock;
			const TUniquePtr<FSoundWaveProxyReader> Reader = FSoundWaveProxyReader::Create(Proxy, Settings);
			if (!Reader.IsValid())
			{
				return Failed(Name, TEXT("the sound cannot be decoded: set its Loading Behavior to Force Inline or Prime On Load"));
			}
			const auto Rate = uint32(Reader->GetSampleRate() + 0.5f);
			const auto Channels = uint16(Reader->GetNumChannels());
			const size_t Total = size_t(Reader->GetNumFramesInWave()) * Channels;
			std::vector<float> Samples;
			Samples.reserve(Total);
			Audio::FAlignedFloatBuffer Buffer;
			Buffer.SetNumUninitialized(DecodeBlock * Channels);
			while (Samples.size() < Total)
			{
				const int32 Read = Reader->PopAudio(Buffer);
				if (Read <= 0)
				{
					break;
				}
				const size_t Needed = FMath::Min(size_t(Read), Total - Samples.size());
				Samples.insert(Samples.end(), Buffer.GetData(), Buffer.GetData() + Needed);
			}
			if (Reader->HasFailed() || Samples.size() < Total)
			{
				return Failed(Name, TEXT("decoding stopped before the end of the sound: import it again"));
			}
			return Named(Name, MetaFaceCore::FSound::FromSamples(Samples.data(), Samples.size(), Rate, Channels));
		}
	}

	FSoundReader SoundReaderOf(USoundWave& Wave)
	{
		const FString Name = Wave.GetPathName();
#if WITH_EDITOR
		TArray<uint8> Bytes;
		uint32 Rate = 0;
		uint16 Channels = 0;
		if (Wave.GetImportedSoundWaveData(Bytes, Rate, Channels) && Bytes.Num() > 0 && Rate > 0 && Channels > 0)
		{
			return [Name, Bytes = MoveTemp(Bytes), Rate, Channels] {
				return Named(Name, MetaFaceCore::FSound::FromPcm16(Bytes.GetData(), size_t(Bytes.Num()), Rate, Channels));
			};
		}
#endif
		const FSoundWaveProxyPtr Proxy = Wave.CreateSoundWaveProxy();
		if (!Proxy.IsValid())
		{
			return [Name] { return Failed(Name, TEXT("the sound wave has no samples: use Push Audio for procedural and streaming sources")); };
		}
		return [Name, Proxy] { return Decode(Name, Proxy.ToSharedRef()); };
	}
}
