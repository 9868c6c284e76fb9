// Copyright the MetaFace contributors. MIT licence.
using UnrealBuildTool;

// Not named MetaFace: the engine would then define METAFACE_API, which the native library's headers define.
public class MetaFaceRuntime : ModuleRules
{
	public MetaFaceRuntime(ReadOnlyTargetRules Target) : base(Target)
	{
		PCHUsage = PCHUsageMode.UseExplicitOrSharedPCHs;
		CppStandard = CppStandardVersion.Cpp20;
		// The library's error type is a std::exception, whose layout in Microsoft's C++ library depends on
		// this setting. No exception leaves the module.
		bEnableExceptions = true;

		PublicDependencyModuleNames.AddRange(new string[] { "Core", "CoreUObject", "Engine" });
		PrivateDependencyModuleNames.AddRange(new string[] { "AudioCapture", "AudioMixer", "SignalProcessing", "MetaFaceLibrary" });
	}
}
