/* Prints what the headers say of every struct that Truce.Engine.Corosync declares: name, size, offsets. */
#include <corosync/cfg.h>
#include <corosync/cmap.h>
#include <corosync/cpg.h>
#include <corosync/quorum.h>
#include <corosync/votequorum.h>
#include <stddef.h>
#include <stdio.h>

#define SIZE(name, type) printf("%s %zu\n", name, sizeof(type))
#define OFFSET(name, type, field) printf("%s %zu\n", name, offsetof(type, field))

int main(void)
{
    SIZE("Cpg.Name", struct cpg_name);
    SIZE("Cpg.Address", struct cpg_address);
    SIZE("Cpg.Ring", struct cpg_ring_id);
    SIZE("Cpg.ModelData", cpg_model_v1_data_t);
    OFFSET("Cpg.ModelData.Flags", cpg_model_v1_data_t, flags);
    SIZE("Quorum.Ring", struct quorum_ring_id);
    SIZE("Quorum.ModelData", quorum_model_v1_data_t);
    SIZE("VoteQuorum.Info", struct votequorum_info);
    OFFSET("VoteQuorum.Info.Flags", struct votequorum_info, flags);
    SIZE("VoteQuorum.Callbacks", votequorum_callbacks_t);
    SIZE("Cfg.NodeStatus", struct corosync_cfg_node_status_v1);
    OFFSET("Cfg.NodeStatus.Links", struct corosync_cfg_node_status_v1, link_status);
    SIZE("Cfg.LinkStatus", struct corosync_knet_link_status_v1);
    printf("Cpg.Agreed %d\n", CPG_TYPE_AGREED);
    printf("Cpg.DispatchAll %d\n", CS_DISPATCH_ALL);
    printf("VoteQuorum.Flags.DeviceCastsVote %d\n", VOTEQUORUM_INFO_QDEVICE_CAST_VOTE);
    printf("VoteQuorum.Flags.AutoTieBreaker %d\n", VOTEQUORUM_INFO_AUTO_TIE_BREAKER);
    printf("CsError.TryAgain %d\n", CS_ERR_TRY_AGAIN);
    return 0;
}
