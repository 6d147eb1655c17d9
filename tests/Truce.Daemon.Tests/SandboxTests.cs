using System.Runtime.InteropServices;
using Truce.Daemon.Hosting;

namespace Truce.Daemon.Tests;

/// <summary>Whom a role becomes, and what it can't call any more.</summary>
public sealed class SandboxTests : IDisposable
{
    private const uint Allowed = 0x7fff0000;
    private const uint Denied = 0x00050001;
    private const uint X64 = 0xc000003e;
    private const uint Arm64 = 0xc00000b7;
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_user_is_found_by_name_or_number_and_never_is_root()
    {
        File.WriteAllText(
            _folder.File("passwd"),
            "root:x:0:0::/:\ntruce-api:x:970:971::/:\nroot2:x:0:5::/:\nodd:x:-1:9::/:\n");
        File.WriteAllText(_folder.File("map"), "         0          0 4294967295\n");
        Assert.Equal(new RoleUser.Other(970, 971), Find("truce-api"));
        Assert.Equal(new RoleUser.Other(64811, 64811), Find("64811"));
        Assert.Equal(new RoleUser.Own(null), Find("none"));
        Assert.Contains("there is no user absent", Because("absent"), StringComparison.Ordinal);
        Assert.NotNull(Because("root2"));
        Assert.NotNull(Because("0"));
        Assert.NotNull(Because("odd"));
        File.WriteAllText(_folder.File("map"), "0 1000 1\n");
        Assert.Contains("user namespace", Because("truce-api"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Architecture.X64, X64, 59)]
    [InlineData(Architecture.X64, X64, 322)]
    [InlineData(Architecture.X64, X64, 101)]
    [InlineData(Architecture.X64, X64, 425)]
    [InlineData(Architecture.Arm64, Arm64, 221)]
    [InlineData(Architecture.Arm64, Arm64, 281)]
    // Numbers of 32 bits mean other calls.
    [InlineData(Architecture.X64, X64, 0x40000001)]
    [InlineData(Architecture.X64, 0x40000003, 3)]
    public void What_nothing_of_a_role_needs_is_denied(Architecture architecture, uint audit, uint call) =>
        Assert.Equal(Denied, Run(SystemCallFilter.Of(architecture), audit, call));

    [Theory]
    // read, write, accept4, futex, clone3.
    [InlineData(Architecture.X64, X64, new uint[] { 0, 1, 288, 202, 435 })]
    [InlineData(Architecture.Arm64, Arm64, new uint[] { 63, 64, 242, 98, 435 })]
    public void What_it_needs_is_allowed(Architecture architecture, uint audit, uint[] calls) =>
        Assert.All(calls, c => Assert.Equal(Allowed, Run(SystemCallFilter.Of(architecture), audit, c)));

    private string Because(string name) => Assert.IsType<RoleUser.Own>(Find(name)).Because!;

    private RoleUser Find(string name) => RoleUser.Find(name, _folder.File("passwd"), _folder.File("map"));

    // As the kernel runs it: struct seccomp_data begins with the number and the architecture.
    private static uint Run(SystemCallFilter.Instruction[] program, uint audit, uint call)
    {
        uint held = 0;
        for (int at = 0; ; at++)
        {
            SystemCallFilter.Instruction now = program[at];
            switch (now.Code)
            {
                case 0x20:
                    held = now.Operand == 0 ? call : audit;
                    break;
                case 0x15:
                    at += held == now.Operand ? now.WhenTrue : now.WhenFalse;
                    break;
                case 0x35:
                    at += held >= now.Operand ? now.WhenTrue : now.WhenFalse;
                    break;
                case 0x06:
                    return now.Operand;
                default:
                    throw new InvalidOperationException($"instruction {now.Code}");
            }
        }
    }
}
