namespace Truce.Daemon.Hosting;

/// <summary>The boot of the kernel under us: the same in all of its namespaces.</summary>
internal static class KernelBoot
{
    public static string Id { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
