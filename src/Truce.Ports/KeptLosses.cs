using Truce.Model;

namespace Truce.Ports;

/// <summary>Keeps over boots what the cluster says of the loss of components: a role may die before the
/// controller knows the configuration.</summary>
public interface IKeptLosses
{
    /// <summary>What was kept last; nothing chosen if nothing can be read.</summary>
    ComponentLosses Load();

    /// <summary>Keeps it, as far as the disk lets it.</summary>
    void Keep(ComponentLosses losses);
}
