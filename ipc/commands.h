// The lists of operations, and what must hold for all of them.
#pragma once

#include "ipc/commands/audit.h"
#include "ipc/commands/chat.h"
#include "ipc/commands/contact.h"
#include "ipc/commands/daemon.h"
#include "ipc/commands/debug.h"
#include "ipc/commands/event.h"
#include "ipc/commands/group.h"
#include "ipc/commands/health.h"
#include "ipc/commands/key.h"
#include "ipc/commands/message_list.h"
#include "ipc/commands/queue.h"
#include "ipc/commands/sandbox.h"
#include "ipc/commands/sandbox_contact.h"
#include "ipc/commands/sandbox_group.h"
#include "ipc/commands/session.h"
#include "ipc/commands/webhook.h"
#include "ipc/commands/workspace.h"
#include "ipc/schema.h"

namespace wasphere::ipc {

// What wasphered answers on its socket.
using Commands = TypeList<
    SessionCreate, SessionList, SessionGet, SessionUpdate, SessionDelete, SessionQr, SessionPair,
    SessionReconnect, SessionDisconnect, SessionLogout, MessageSend, MessageSendLocation,
    MessageSendContact, MessageSendPoll, MessageReact, MessageEdit, MessageDelete, MessageSendOther,
    MessageGet, MessageStatusGet, MessageWait, MessageCancel, MessageTrace, MessageRead,
    MessageList, MessageSearch, QueueList, QueueStats, QueueHold, QueueRelease, QueueCancel,
    ChatTyping, ChatPresence, GroupList, GroupGet, GroupCreate, GroupAdd, GroupRemove, GroupPromote,
    GroupDemote, GroupLeave, ContactCheck, ContactCheckOne, EventSubscribe, EventUnsubscribe,
    KeyList, KeyCreate, KeyUpdate, KeyRotate, KeyDelete, AuditList, HealthGet, HealthLive,
    HealthReady, DaemonMetrics, StatsGet, WorkspaceGet, WorkspaceUpdate, WebhookCreate, WebhookList,
    WebhookGet, WebhookUpdate, WebhookDelete, WebhookTest, WebhookRotateSecret, WebhookDeliveries,
    WebhookRedeliver, WebhookReplay, DaemonInfoGet, DaemonPing, DebugAdvanceClock>;

// What the sandbox answers on its control socket.
using SandboxCommands =
    TypeList<SandboxInfoGet, PhoneCreate, PhoneList, PhoneScan, PhoneEnterCode, PhoneUnlink,
             LinkList, LinkDrop, LinkRefuse, LinkSilence, StreamErrorSend, FailureNext,
             SandboxClock, FaultHandshake, FaultPairing, SandboxFaultMessage, SandboxFaultClear,
             SandboxPolicySet, SandboxContactCreate, SandboxContactList, SandboxContactSet,
             SandboxContactSend, SandboxContactInbox, SandboxContactReceipts, SandboxContactRetry,
             SandboxContactRead, SandboxContactLink, SandboxContactReinstall, SandboxGroupCreate,
             SandboxGroupList, SandboxGroupAdd, SandboxGroupRemove>;

std::span<const CommandType> daemon_commands();
std::span<const CommandType> sandbox_commands();
// Both lists, by method or by verb of the command line; null if there is none.
const CommandType* find_method(std::string_view method);
const CommandType* find_verb(std::string_view cli);
// The method most probably meant; empty when none is near.
std::string_view nearest_method(std::string_view method, std::span<const CommandType> commands);

struct EventType {
  EventInfo info;
  const ObjectType* data;
};
std::span<const EventType> event_types();

}  // namespace wasphere::ipc
