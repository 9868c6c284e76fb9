// Copyright the MetaFace contributors. MIT licence.
using System.IO;
using UnrealBuildTool;

// The native library: one static archive for each platform, made from the same sources as the headers.
// Static everywhere, since the API speaks std::string and std::vector, and the engine gives every
// module of its own its own operator new: what one side allocates, the other frees.
public class MetaFaceLibrary : ModuleRules
{
	public MetaFaceLibrary(ReadOnlyTargetRules Target) : base(Target)
	{
		Type = ModuleType.External;

		string Include = Path.Combine(ModuleDirectory, "include");
		string Folder = Path.Combine(ModuleDirectory, "lib", Target.Platform.ToString());
		string Archive;
		if (Target.Platform == UnrealTargetPlatform.Win64)
		{
			Archive = Path.Combine(Folder, "metaface.lib");
			PublicSystemLibraries.AddRange(new string[] { "bcrypt.lib", "advapi32.lib", "kernel32.lib", "ntdll.lib", "userenv.lib", "ws2_32.lib", "dbghelp.lib" });
		}
		else if (Target.Platform == UnrealTargetPlatform.Mac)
		{
			Archive = Path.Combine(Folder, "libmetaface.a");
			PublicFrameworks.Add("CoreFoundation");
			PublicSystemLibraries.Add("iconv");
		}
		else if (Target.Platform == UnrealTargetPlatform.Linux)
		{
			Archive = Path.Combine(Folder, "libmetaface.a");
			PublicSystemLibraries.AddRange(new string[] { "pthread", "dl", "m" });
		}
		else
		{
			throw new BuildException("MetaFace is for Win64, Mac and Linux, not for {0}: disable the plugin there.", Target.Platform);
		}

		foreach (string Wanted in new string[] { Path.Combine(Include, "metaface", "metaface.hpp"), Archive })
		{
			if (!File.Exists(Wanted))
			{
				throw new BuildException("MetaFace's native library is not there: {0} is missing. Run `cargo xtask unreal` in MetaFace's repository on {1}, and use the plugin that it leaves in target/unreal/MetaFace.", Wanted, Target.Platform);
			}
		}
		PublicSystemIncludePaths.Add(Include);
		PublicAdditionalLibraries.Add(Archive);
	}
}
