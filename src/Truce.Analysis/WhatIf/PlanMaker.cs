using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.WhatIf;

/// <summary>Makes a plan: the scheduler's entry (<see cref="Planner.Plan"/>), where a
/// command takes it as a value.</summary>
public delegate Plan PlanMaker(Cib cib, PlanOptions options);
