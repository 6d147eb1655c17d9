using Truce.Model;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>Makes plans. Called off the loop, from one thread at a time; must not
/// keep anything between calls.</summary>
public interface IPlanner
{
    /// <summary>What is to be done in that cluster.</summary>
    Plan Plan(Cib cib, PlanOptions options);
}
