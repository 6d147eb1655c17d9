using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Truce.Engine.Corosync.Native;

namespace Truce.Engine.Tests.Corosync;

/// <summary>Compares our declarations with Corosync's headers, through a C program that prints what they say.</summary>
public sealed class HeaderTests
{
    [Fact]
    public void Every_struct_and_constant_is_as_the_headers_have_it()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "gcc isn't installed");
        foreach (string header in new[] { "cpg", "cmap", "cfg", "quorum", "votequorum" })
            Assert.SkipUnless(File.Exists($"/usr/include/corosync/{header}.h"), $"lib{header}-dev isn't installed");
        Assert.Equal(Printed(), string.Concat(Ours().Select(o => $"{o.Name} {o.Value}\n")));
    }

    private static IEnumerable<(string Name, int Value)> Ours() =>
    [
        ("Cpg.Name", Unsafe.SizeOf<Cpg.Name>()),
        ("Cpg.Address", Unsafe.SizeOf<Cpg.Address>()),
        ("Cpg.Ring", Unsafe.SizeOf<Cpg.Ring>()),
        ("Cpg.ModelData", Unsafe.SizeOf<Cpg.ModelData>()),
        ("Cpg.ModelData.Flags", Offset<Cpg.ModelData>(nameof(Cpg.ModelData.Flags))),
        ("Quorum.Ring", Unsafe.SizeOf<Quorum.Ring>()),
        ("Quorum.ModelData", Unsafe.SizeOf<Quorum.ModelData>()),
        ("VoteQuorum.Info", Unsafe.SizeOf<VoteQuorum.Info>()),
        ("VoteQuorum.Info.Flags", Offset<VoteQuorum.Info>(nameof(VoteQuorum.Info.Flags))),
        ("VoteQuorum.Callbacks", Unsafe.SizeOf<VoteQuorum.Callbacks>()),
        ("Cfg.NodeStatus", Unsafe.SizeOf<Cfg.NodeStatus>()),
        ("Cfg.NodeStatus.Links", Offset<Cfg.NodeStatus>(nameof(Cfg.NodeStatus.Links))),
        ("Cfg.LinkStatus", Unsafe.SizeOf<Cfg.LinkStatus>()),
        ("Cpg.Agreed", Cpg.Agreed),
        ("Cpg.DispatchAll", Cpg.DispatchAll),
        ("VoteQuorum.Flags.DeviceCastsVote", (int)VoteQuorum.Flags.DeviceCastsVote),
        ("VoteQuorum.Flags.AutoTieBreaker", (int)VoteQuorum.Flags.AutoTieBreaker),
        ("CsError.TryAgain", (int)CsError.TryAgain),
    ];

    private static int Offset<T>(string field) => (int)Marshal.OffsetOf<T>(field);

    private static string Printed()
    {
        string program = Path.Combine(Directory.CreateTempSubdirectory("truce-sizes").FullName, "sizes");
        try
        {
            string source = Path.Combine(AppContext.BaseDirectory, "Corosync", "sizes.c");
            Assert.Equal("", Run("gcc", "-Wall", "-o", program, source));
            return Run(program);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(program)!, recursive: true);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
