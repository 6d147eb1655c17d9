using Truce.Engine.Tests.Corosync;
using Xunit.Runner.InProc.SystemConsole;

namespace Truce.Engine.Tests;

/// <summary>The tests, or (<c>--member NODE GROUP</c>) a member of a Corosync group that does what it is told over
/// its standard input.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments) => arguments is ["--member", var node, var group]
        ? MemberProcess.Run(node, group)
        : await ConsoleRunner.Run(arguments);
}
